#include "outside/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <boost/process/pipe.hpp>
#include <boost/process/start_dir.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <thread>

#include "base/error.hpp"
#include "outside/workspace.hpp"

namespace drift::outside {
namespace {

namespace bp = boost::process;
using Steady = std::chrono::steady_clock;

// stderr is only ever shown shortened; what goes beyond this is read and dropped.
constexpr std::size_t kept_stderr = std::size_t{1} << 20;

std::vector<std::string> path_folders(const Environment& environment) {
  std::vector<std::string> folders;
  const auto path =
      value_or(environment, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const auto end = std::min(path.find(':', begin), path.size());
    // A relative folder would mean a program of the repository that is being rendered.
    if (path[begin] == '/') folders.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return folders;
}

// How a child starts: its program and arguments (Boost's own exe and args take &front() of an empty argument), and what it does
// between fork and exec, with async-signal-safe calls only.
struct Start : bp::extend::handler {
  Start(const std::filesystem::path& p, const Command& command, const Workspace& w, const Confinement* c)
      : path(p), workspace(&w), confinement(c) {
    arguments.push_back(const_cast<char*>(path.c_str()));
    for (const auto& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;

  template <class Executor>
  void on_setup(Executor& executor) {
    executor.exe = path.c_str();
    executor.cmd_line = arguments.data();
  }
  template <class Executor>
  void on_exec_setup(Executor&) const {
    if (!workspace->adopt_this_process()) ::_exit(127);
    ::signal(SIGPIPE, SIG_DFL);
    for (int file = 3; file < 1024; ++file) {
      const int flags = ::fcntl(file, F_GETFD);
      if (flags >= 0) ::fcntl(file, F_SETFD, flags | FD_CLOEXEC);
    }
    if (confinement != nullptr && !confinement->enter()) ::_exit(127);
  }

  const std::filesystem::path& path;
  std::vector<char*> arguments;
  const Workspace* workspace;
  const Confinement* confinement;  // null: none
};

// What a child may take of memory. What Go and C programs take from the system counts as data; what they only reserve doesn't,
// unlike in RLIMIT_AS. It has to come last, right before exec: of this process, whose memory may be more already, a thread
// sanitizer takes some at most calls.
struct MemoryLimit : bp::extend::handler {
  explicit MemoryLimit(std::size_t bytes) : limit{bytes, bytes} {}

  template <class Executor>
  void on_exec_setup(Executor&) const {
    if (limit.rlim_cur != 0 && ::setrlimit(RLIMIT_DATA, &limit) != 0) ::_exit(127);
  }

  rlimit limit;  // 0: none
};

// Collects what a child prints until both of its pipes close.
class Reader {
 public:
  Reader(int out, int err, std::size_t limit) : files_{{{out, POLLIN, 0}, {err, POLLIN, 0}}}, limit_(limit) {}

  enum class End { closed, too_late, too_much };

  End read(Steady::time_point deadline, Result& result) {
    while (files_[0].fd >= 0 || files_[1].fd >= 0) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now()).count();
      if (left <= 0) return End::too_late;
      const int ready = ::poll(files_.data(), files_.size(), static_cast<int>(std::min<long>(left, 60'000)));
      if (ready < 0 && errno != EINTR) throw OutsideError(fmt::format("poll: {}", std::strerror(errno)));
      if (ready <= 0) continue;
      take(files_[0], result.out, limit_ + 1);
      take(files_[1], result.err, kept_stderr);
      if (result.out.size() > limit_) return End::too_much;
    }
    return End::closed;
  }

 private:
  void take(pollfd& file, std::string& into, std::size_t limit) {
    if (file.fd < 0 || file.revents == 0) return;
    const auto size = ::read(file.fd, buffer_.data(), buffer_.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (size <= 0) {
      file.fd = -1;
      return;
    }
    into.append(buffer_.data(),
                std::min(static_cast<std::size_t>(size), limit - std::min(limit, into.size())));
  }

  std::array<pollfd, 2> files_;
  std::size_t limit_;
  std::array<char, 65536> buffer_;
};

// Waits until the child has ended, without reaping it. False where the deadline comes first: a program may close what it
// prints to and go on.
bool await_end(pid_t process, Steady::time_point deadline) {
  using namespace std::chrono_literals;
  for (auto pause = 100us;; pause = std::min<std::chrono::microseconds>(pause * 2, 20ms)) {
    siginfo_t info{};
    const int done = ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT | WNOHANG);
    if (done == 0 && info.si_pid != 0) return true;
    if (done != 0 && errno != EINTR) return true;
    if (Steady::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
  }
}

// Kills what is left of the child's group. The child is reaped only afterwards, so that its number can't have been given away.
void end_group(bp::child& child, const Workspace& workspace) {
  const pid_t group = child.id();
  ::kill(-group, SIGKILL);
  std::error_code ignored;
  child.wait(ignored);
  workspace.release(group);
}

// What Go's runtime, C programs and the kernel say; a Go program then ends with exit code 2.
bool ran_out_of_memory(std::string_view said) {
  for (const std::string_view words : {"out of memory", "Out of memory", "cannot allocate memory"})
    if (said.find(words) != std::string_view::npos) return true;
  return false;
}

int exit_code(const bp::child& child) {
  const int status = child.native_exit_code();
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

SystemPrograms::SystemPrograms(Environment environment, Limits limits)
    : environment_(std::move(environment)),
      limits_(std::move(limits)),
      deadline_(Steady::now() + limits_.time) {}

SystemPrograms::~SystemPrograms() = default;

Workspace& SystemPrograms::workspace() {
  if (!workspace_) workspace_ = std::make_unique<Workspace>(environment_);
  return *workspace_;
}

const std::filesystem::path& SystemPrograms::work_folder() {
  return workspace().folder();
}

std::optional<std::filesystem::path> find_program(const Environment& environment, std::string_view program) {
  for (const auto& folder : path_folders(environment)) {
    auto path = std::filesystem::path(folder) / program;
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

bool SystemPrograms::has(std::string_view program) {
  return find_program(environment_, program).has_value();
}

std::unique_ptr<Confinement> SystemPrograms::confinement(const Command& command,
                                                         const std::filesystem::path& program) {
  if (command.repository.empty() || limits_.confine == Confine::off) return nullptr;
  View view{program, command.repository, workspace().folder(), command.reach, limits_.readable};
  if (command.reach != Reach::nothing)
    for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"})
      if (const auto found = environment_.find(name); found != environment_.end())
        view.more.emplace_back(found->second);
  auto result = std::make_unique<Confinement>(view);
  if (!result->lacking().empty()) {
    const auto what = fmt::format(
        "this system has no {}, which would keep {} from files and connections outside of the repository",
        result->lacking(), command.program);
    if (limits_.confine == Confine::require)
      throw OutsideError(fmt::format("{}, and DRIFT_POLICY_CONFINEMENT in the sidecar demands it", what));
    if (!told_of_confinement_) spdlog::warn("{}; what rendering reads is still checked before", what);
    told_of_confinement_ = true;
  }
  return result;
}

Result SystemPrograms::run(const Command& command) {
  const auto program = find_program(environment_, command.program);
  if (!program) {
    throw OutsideError(
        fmt::format("{} is needed and not found on PATH; install it, or put it on the PATH of the sidecar",
                    command.program));
  }
  auto& space = workspace();
  bp::environment environment;
  for (const auto& [name, value] : clean_environment(environment_, space.folder())) environment[name] = value;
  // Below the limit Go collects more often instead of growing.
  if (limits_.memory != 0) environment["GOMEMLIMIT"] = fmt::format("{}B", limits_.memory / 8 * 7);

  bp::pipe out;
  bp::pipe err;
  std::error_code error;
  const auto walls = confinement(command, *program);
  Start start(*program, command, space, walls.get());
  bp::child child(start, environment, bp::start_dir = command.directory.string(),
                  bp::std_in<bp::null, bp::std_out> out, bp::std_err > err, error,
                  MemoryLimit(limits_.memory));
  if (error) throw OutsideError(fmt::format("{} could not be started: {}", command.program, error.message()));

  Result result;
  const auto end = Reader(out.native_source(), err.native_source(), limits_.output).read(deadline_, result);
  const bool in_time =
      end != Reader::End::too_late && (end != Reader::End::closed || await_end(child.id(), deadline_));
  end_group(child, space);
  if (!in_time) {
    throw OutsideError(fmt::format("{} was ended: rendering may take {:.3g} seconds altogether ({})",
                                   command.program, std::chrono::duration<double>(limits_.time).count(),
                                   time_setting));
  }
  if (end == Reader::End::too_much) {
    throw OutsideError(
        fmt::format("{} was ended: it printed more than {} MiB", command.program, limits_.output >> 20));
  }
  result.exit_code = exit_code(child);
  spdlog::debug("{} ended with exit code {}", command.program, result.exit_code);
  if (result.exit_code != 0 && limits_.memory != 0 && ran_out_of_memory(result.err))
    throw OutsideError(fmt::format("{} was ended: it needed more than {} MiB of memory ({})", command.program,
                                   limits_.memory >> 20, memory_setting));
  return result;
}

Environment clean_environment(const Environment& environment, const std::filesystem::path& work_folder) {
  Environment clean;
  std::string path;
  for (const auto& folder : path_folders(environment)) path += (path.empty() ? "" : ":") + folder;
  clean["PATH"] = path;
  for (const char* name : {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy",
                           "no_proxy", "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"}) {
    const auto found = environment.find(name);
    if (found != environment.end()) clean[name] = found->second;
  }
  const auto in_folder = [&](const char* name) { return (work_folder / name).string(); };
  clean["HOME"] = in_folder("home");
  clean["TMPDIR"] = in_folder("tmp");
  clean["XDG_CACHE_HOME"] = clean["HELM_CACHE_HOME"] = in_folder("cache");
  clean["XDG_CONFIG_HOME"] = clean["HELM_CONFIG_HOME"] = in_folder("config");
  clean["XDG_DATA_HOME"] = clean["HELM_DATA_HOME"] = in_folder("data");
  clean["KUBECONFIG"] = "/dev/null";
  clean["GIT_TERMINAL_PROMPT"] = "0";
  // No repository of this machine's file system: it could be another application's.
  clean["GIT_ALLOW_PROTOCOL"] = "http:https:ssh:git";
  clean["LC_ALL"] = "C.UTF-8";
  return clean;
}

}  // namespace drift::outside
