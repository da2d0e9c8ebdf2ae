#include "outside/workspace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"

namespace drift::outside {
namespace {

// What is sent to the watchdog: a process group that runs (positive) or has ended (negative).
using Message = pid_t;

// A killed process may still write for a moment, so that a folder just emptied isn't empty: try again for two seconds.
void remove_folder(const std::filesystem::path& folder) {
  for (int attempt = 0; attempt < 200; ++attempt) {
    std::error_code error;
    std::filesystem::remove_all(folder, error);
    if (!error && !std::filesystem::exists(std::filesystem::symlink_status(folder, error))) return;
    ::usleep(10'000);
  }
}

void close_inherited_files(int keep) {
  const int null = ::open("/dev/null", O_RDWR);
  for (int file = 0; null >= 0 && file < 3; ++file) ::dup2(null, file);
  const auto limit = static_cast<int>(std::min<long>(::sysconf(_SC_OPEN_MAX), 4096));
  for (int file = 3; file < limit; ++file) {
    if (file != keep) ::close(file);
  }
}

void send(int socket, Message message) noexcept {
  while (::send(socket, &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

[[noreturn]] void watch(int socket, const std::filesystem::path& folder) {
  ::setsid();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT}) ::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "drift-watchdog");
  send(socket, 0);  // ready
  close_inherited_files(socket);

  std::vector<pid_t> groups;
  for (;;) {
    Message message = 0;
    const auto size = ::recv(socket, &message, sizeof message, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size != static_cast<ssize_t>(sizeof message)) break;
    if (message > 0) {
      groups.push_back(message);
    } else {
      std::erase(groups, -message);
    }
  }
  for (const auto group : groups) ::kill(-group, SIGKILL);
  remove_folder(folder);
  ::_exit(0);
}

// Until the watchdog has left our process group: what kills the group before would kill it too, and leave tools and folder.
bool is_watching(int socket) {
  Message ready = 0;
  ssize_t size = 0;
  while ((size = ::recv(socket, &ready, sizeof ready, 0)) < 0 && errno == EINTR) {
  }
  return size == static_cast<ssize_t>(sizeof ready);
}

std::filesystem::path make_folder(const Environment& environment) {
  auto pattern = value_or(environment, "TMPDIR", "/tmp");
  if (!pattern.starts_with('/')) pattern = "/tmp";
  pattern += "/drift-policy-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw OutsideError(
        fmt::format("a private folder could not be made as {}: {}", pattern, std::strerror(errno)));
  }
  std::error_code error;
  auto folder = std::filesystem::canonical(pattern, error);
  for (const char* name : {"home", "tmp"}) {
    if (!error) std::filesystem::create_directory(folder / name, error);
  }
  if (error)
    throw OutsideError(fmt::format("the private folder {} can't be used: {}", pattern, error.message()));
  return folder;
}

}  // namespace

Workspace::Workspace(const Environment& environment) : folder_(make_folder(environment)) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0) {
    watchdog_ = ::fork();
    if (watchdog_ == 0) {
      ::close(ends[1]);
      watch(ends[0], folder_);
    }
    ::close(ends[0]);
    socket_ = ends[1];
  }
  if (watchdog_ < 0 || !is_watching(socket_)) {
    const std::string reason = watchdog_ < 0 ? std::strerror(errno) : "it ended at once";
    if (socket_ >= 0) ::close(socket_);
    remove_folder(folder_);
    throw OutsideError("no further process could be started: " + reason);
  }
}

Workspace::~Workspace() {
  ::close(socket_);
  int status = 0;
  while (::waitpid(watchdog_, &status, 0) < 0 && errno == EINTR) {
  }
}

bool Workspace::adopt_this_process() const noexcept {
  if (::setpgid(0, 0) != 0) return false;
  const Message message = ::getpid();
  return ::send(socket_, &message, sizeof message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof message);
}

void Workspace::release(pid_t group) const noexcept {
  send(socket_, -group);
}

}  // namespace drift::outside
