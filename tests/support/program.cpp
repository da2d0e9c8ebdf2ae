#include "support/program.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace drift::tests {
namespace {

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(0);
    close(1);
  }
  void close(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
};

// Feeds and reads until both outputs are closed.
void talk(const std::string& input, Pipe& in, Pipe& out, Pipe& err, Run& run) {
  std::size_t given = 0;
  if (input.empty()) in.close(1);
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    std::array<pollfd, 3> wait{
        {{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
    REQUIRE(::poll(wait.data(), wait.size(), 120'000) > 0);
    if (wait[0].revents != 0) {
      const auto count = ::write(in.ends[1], input.data() + given, input.size() - given);
      given += count > 0 ? static_cast<std::size_t>(count) : 0;
      if (count < 0 || given == input.size()) in.close(1);
    }
    const auto read = [](Pipe& pipe, const pollfd& ready, std::string& text) {
      if (ready.revents == 0) return;
      std::array<char, 65536> buffer;
      const auto count = ::read(pipe.ends[0], buffer.data(), buffer.size());
      if (count <= 0) return pipe.close(0);
      text.append(buffer.data(), static_cast<std::size_t>(count));
    };
    read(out, wait[1], run.out);
    read(err, wait[2], run.err);
  }
}

}  // namespace

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (auto& string : strings) all.push_back(string.data());
  all.push_back(nullptr);
  return all;
}

const char* program_path() {
  return DRIFT_PROGRAM;
}

std::string project_folder() {
  return DRIFT_PROJECT_DIR;
}

Run run(const Call& call) {
  std::vector<std::string> arguments = {call.program.empty() ? program_path() : call.program};
  arguments.insert(arguments.end(), call.arguments.begin(), call.arguments.end());
  const auto inherited = [](const char* name) {
    return std::getenv(name) == nullptr ? "" : std::getenv(name);
  };
  auto variables = call.environment;
  variables.try_emplace("PATH", std::string(inherited("DRIFT_TOOLS")) + ":" + inherited("PATH"));
  variables.try_emplace("HOME", inherited("HOME"));
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);

  auto argument_pointers = pointers(arguments), environment_pointers = pointers(environment);
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in, out, err;
  Run result;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int stdout_end = out.ends[1];
    if (!call.output_file.empty()) stdout_end = ::open(call.output_file.c_str(), O_WRONLY | O_CLOEXEC);
    ::dup2(in.ends[0], STDIN_FILENO);
    ::dup2(stdout_end, STDOUT_FILENO);
    ::dup2(err.ends[1], STDERR_FILENO);
    if (::chdir(call.directory.c_str()) == 0)
      ::execve(argument_pointers[0], argument_pointers.data(), environment_pointers.data());
    ::_exit(127);
  }
  in.close(0);
  out.close(1);
  err.close(1);
  talk(call.input, in, out, err, result);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace drift::tests
