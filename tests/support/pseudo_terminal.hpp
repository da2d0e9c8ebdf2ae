// A program on a terminal that a test holds the other end of: what it shows is read, and keys are pressed.
#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/program.hpp"

namespace drift::tests {

// The end that a terminal emulator holds; ptsname() names the other one.
inline int open_pseudo_terminal() {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  REQUIRE(master >= 0);
  REQUIRE(::grantpt(master) == 0);
  REQUIRE(::unlockpt(master) == 0);
  return master;
}

class PseudoTerminal {
 public:
  struct Call {
    std::vector<std::string> command;                // its program is looked for in our own PATH
    std::map<std::string, std::string> environment;  // nothing else is inherited
    std::string directory;
    unsigned short columns = 200, rows = 50;
  };

  explicit PseudoTerminal(const Call& call) {
    master_ = open_pseudo_terminal();
    const winsize size{call.rows, call.columns, 0, 0};
    ::ioctl(master_, TIOCSWINSZ, &size);
    const std::string terminal = ::ptsname(master_);
    std::vector<std::string> variables;
    for (const auto& [name, value] : call.environment) variables.push_back(name + "=" + value);
    auto command = call.command;
    auto arguments = pointers(command), environment = pointers(variables);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ != 0) return;
    ::setsid();  // then the terminal that is opened is its own
    const int slave = ::open(terminal.c_str(), O_RDWR);
    if (slave < 0) ::_exit(127);
    for (int descriptor = 0; descriptor <= 2; ++descriptor) ::dup2(slave, descriptor);
    if (::chdir(call.directory.c_str()) == 0)
      ::execvpe(arguments.front(), arguments.data(), environment.data());
    ::_exit(127);
  }

  ~PseudoTerminal() {
    ::close(master_);
    if (child_ <= 0) return;
    ::kill(-child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  void press(std::string_view keys) const {
    REQUIRE(::write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }

  // What it shows up to `end` and with it. Fails where that doesn't come.
  std::string shown_until(std::string_view end) {
    for (;;) {
      if (const auto at = shown_.find(end); at != std::string::npos) {
        auto text = shown_.substr(0, at + end.size());
        shown_.erase(0, at + end.size());
        return text;
      }
      CAPTURE(shown_);
      CAPTURE(end);
      REQUIRE(read_more());
    }
  }

  // What it shows until it ends; `exit` is its code then.
  std::string shown_to_its_end(int& exit) {
    while (read_more()) {
    }
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return std::move(shown_);
  }

 private:
  // False at its end, and after a minute without anything.
  bool read_more() {
    constexpr int longest = 60'000;
    pollfd ready{master_, POLLIN, 0};
    if (::poll(&ready, 1, longest) <= 0) return false;
    std::array<char, 4096> buffer{};
    const auto count = ::read(master_, buffer.data(), buffer.size());
    if (count <= 0) return false;
    shown_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  int master_ = -1;
  pid_t child_ = 0;
  std::string shown_;
};

}  // namespace drift::tests
