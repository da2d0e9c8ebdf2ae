#include "outside/pager.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "outside/process.hpp"
#include "outside/terminal.hpp"
#include "outside/writing.hpp"

namespace drift::outside {
namespace {

using Words = std::vector<std::string>;

// The pager's words; none: no pager.
Words pager_of(Paging paging, const Environment& environment) {
  const auto terminal = value_or(environment, "TERM");
  if (paging.off || ::isatty(STDOUT_FILENO) == 0 || terminal.empty() || terminal == "dumb") return {};
  auto words = split(value_or(environment, pager_variable, value_or(environment, "PAGER", "less")), ' ');
  if (words.size() == 1 && words.front() == "cat") words.clear();
  return words;
}

// Ctrl-C is for the pager while it runs; we go on when it has ended.
class Deaf {
 public:
  Deaf() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &ignore, &before_[i]);
  }
  ~Deaf() {
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before_[i], nullptr);
  }
  Deaf(const Deaf&) = delete;
  Deaf& operator=(const Deaf&) = delete;

 private:
  static constexpr std::array signals = {SIGINT, SIGQUIT};
  std::array<struct sigaction, signals.size()> before_{};
};

std::vector<char*> pointers(const Words& words) {
  std::vector<char*> all;
  all.reserve(words.size() + 1);
  for (const auto& word : words) all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

Words variables(Environment environment) {
  environment.try_emplace("LESS", "FRX");
  Words all;
  for (const auto& [name, value] : environment) all.push_back(fmt::format("{}={}", name, value));
  return all;
}

// Starts it with `input` as its standard input, and the signals that we ignore as a program has them; 0 where that fails.
pid_t start(const std::string& path, const Words& words, const Words& environment, int input) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t usual;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::sigemptyset(&usual);
  for (const int signal : {SIGINT, SIGQUIT, SIGPIPE}) ::sigaddset(&usual, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &usual);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, path.c_str(), &actions, &attributes, pointers(words).data(),
                                  pointers(environment).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? child : 0;
}

void wait_for(pid_t child) {
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// False where no pager has shown it.
bool paged(std::string_view text, const Words& words, const Environment& environment) {
  const auto path = find_program(environment, words.front());
  std::array<int, 2> ends{};
  if (!path || ::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  const Deaf deaf;
  const pid_t child = start(path->string(), words, variables(environment), ends[0]);
  ::close(ends[0]);
  if (child != 0) {
    try {
      write_all(ends[1], {text}, "the pager");
    } catch (const OutsideError&) {  // the person has read enough
    }
  }
  ::close(ends[1]);
  if (child != 0) wait_for(child);
  return child != 0;
}

}  // namespace

void show(std::string_view text, Paging paging, const Environment& environment) {
  const auto words = pager_of(paging, environment);
  if (text.empty() || words.empty() || !paged(text, words, environment)) print({text});
}

}  // namespace drift::outside
