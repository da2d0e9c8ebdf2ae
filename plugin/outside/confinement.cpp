#include "outside/confinement.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace drift::outside {
namespace fs = std::filesystem;
namespace {

// linux/landlock.h, of which the distribution's headers may have an older version. The numbers are the same on all architectures.
constexpr long create_ruleset = 444, add_rule = 445, restrict_self = 446;
constexpr std::uint32_t ask_version = 1;
constexpr int path_beneath = 1;
constexpr std::uint64_t execute = 1U << 0, write_files = 1U << 1, read_files = 1U << 2, read_dir = 1U << 3,
                        refer = 1U << 13, truncate = 1U << 14, all_of_version_1 = (1U << 13) - 1;
constexpr std::uint64_t for_files = execute | write_files | read_files | truncate;
constexpr std::uint64_t abstract_sockets = 1U << 0, signals = 1U << 1;

struct Ruleset {
  std::uint64_t files = 0, network = 0, scopes = 0;
};
struct __attribute__((packed)) Beneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

Ruleset handled_by(long version) {
  Ruleset rules;
  rules.files = all_of_version_1;
  if (version >= 2) rules.files |= refer;
  if (version >= 3) rules.files |= truncate;
  if (version >= 6) rules.scopes = abstract_sockets | signals;
  return rules;
}

// Older kernels refuse what they don't know, and take a shorter structure.
std::size_t size_for(long version) {
  if (version >= 6) return sizeof(Ruleset);
  return version >= 4 ? offsetof(Ruleset, scopes) : offsetof(Ruleset, network);
}

class Rules {
 public:
  explicit Rules(long version)
      : handled_(handled_by(version)),
        number_(static_cast<int>(::syscall(create_ruleset, &handled_, size_for(version), 0))) {}

  int number() const { return number_; }

  // Allows `rights` at and below a path; nothing where it isn't there. Links are followed where `link_too`.
  void allow(const fs::path& path, std::uint64_t rights, bool link_too = true) const {
    const int file = ::open(path.c_str(), O_PATH | O_CLOEXEC | (link_too ? 0 : O_NOFOLLOW));
    if (file < 0) return;
    struct stat status {};
    if (::fstat(file, &status) == 0 && !S_ISLNK(status.st_mode)) {
      const auto fitting = S_ISDIR(status.st_mode) ? rights : rights & for_files;
      const Beneath rule{fitting & handled_.files, file};
      if (rule.allowed != 0) ::syscall(add_rule, number_, path_beneath, &rule, 0);
    }
    ::close(file);
  }

  std::uint64_t everything() const { return handled_.files; }

 private:
  Ruleset handled_;
  int number_;
};

constexpr std::uint64_t for_reading = read_files | read_dir, for_running = for_reading | execute;

void allow_system(const Rules& rules, Reach reach) {
  for (const char* folder : {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store"})
    rules.allow(folder, for_running);
  for (const char* file : {"/etc/ld.so.cache", "/etc/localtime", "/dev/zero", "/dev/random", "/dev/urandom"})
    rules.allow(file, for_reading);
  rules.allow("/dev/null", read_files | write_files | truncate);
  if (reach == Reach::nothing) return;
  for (const char* name :
       {"ssl", "pki", "ca-certificates", "crypto-policies", "resolv.conf", "hosts", "host.conf",
        "nsswitch.conf", "gai.conf", "services", "protocols", "passwd", "group", "mime.types"})
    rules.allow(fs::path("/etc") / name, for_reading);
  if (reach == Reach::git) rules.allow("/etc/gitconfig", for_reading);
}

// `.git` can hold credentials in its configuration, and history; nothing that renders reads it. A rule holds for all that is below
// a folder, so the root's own lets names be listed, and each entry has one that lets it be read.
void allow_repository(const Rules& rules, const fs::path& root) {
  rules.allow(root, read_dir);
  std::error_code error;
  for (fs::directory_iterator it(root, error), end; !error && it != end; it.increment(error))
    if (it->path().filename() != ".git") rules.allow(it->path(), for_reading, false);
}

#if defined(__x86_64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t this_architecture = 0;
#endif

bool has_filters() {
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  return this_architecture != 0 && ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

// No socket of any kind, and no second way to one; whatever calls as another architecture (or x32) gets nothing at all.
constexpr std::array<sock_filter, 8> no_sockets = {{
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, this_architecture, 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 3, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 425 /* io_uring_setup */, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
}};

bool refuse_sockets() noexcept {
  const sock_fprog program{no_sockets.size(), const_cast<sock_filter*>(no_sockets.data())};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

Confinement::Confinement(const View& view) {
  const auto version = ::syscall(create_ruleset, nullptr, 0, ask_version);
  if (version < 1) {
    lacking_ = std::string("Landlock (") + std::strerror(errno) + ")";
  } else {
    const Rules rules(version);
    rules_ = rules.number();
    if (rules_ < 0) {
      lacking_ = std::string("Landlock (") + std::strerror(errno) + ")";
    } else {
      allow_system(rules, view.reach);
      rules.allow(view.program, for_running);
      allow_repository(rules, view.repository);
      rules.allow(view.work_folder, rules.everything());
      for (const auto& path : view.more) rules.allow(path, for_reading);
    }
  }
  no_sockets_ = view.reach == Reach::nothing && has_filters();
  if (view.reach == Reach::nothing && !no_sockets_)
    lacking_ += std::string(lacking_.empty() ? "" : " and ") + "seccomp filters";
}

Confinement::~Confinement() {
  if (rules_ >= 0) ::close(rules_);
}

bool Confinement::enter() const noexcept {
  if (rules_ < 0 && !no_sockets_) return true;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (rules_ >= 0 && ::syscall(restrict_self, rules_, 0) != 0) return false;
  return !no_sockets_ || refuse_sockets();
}

}  // namespace drift::outside
