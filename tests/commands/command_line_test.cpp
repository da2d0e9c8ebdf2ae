// Wrong words, standard output that can't be written, and colour: what all commands have in common.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "outside/log.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/text.hpp"

namespace {
using drift::tests::Folder;
using drift::tests::run;

using drift::tests::contains;

// What a warning looks like on a terminal. `master` is the terminal's other end.
std::string warned_on_terminal(const drift::outside::Environment& environment) {
  const int master = drift::tests::open_pseudo_terminal();
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  REQUIRE(terminal >= 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(terminal, STDERR_FILENO);
    drift::outside::set_up_log(environment);
    spdlog::warn("a\nb");
    ::_exit(0);
  }
  std::array<char, 256> buffer{};
  const auto count = ::read(master, buffer.data(), buffer.size());
  ::waitpid(child, nullptr, 0);
  ::close(terminal);
  ::close(master);
  return {buffer.data(), static_cast<std::size_t>(count > 0 ? count : 0)};
}
}  // namespace

TEST_CASE("A word that is no command of a command is told what it may have been") {
  const auto said = [](const std::string& command, const std::string& word) {
    const auto result = run({.arguments = {command, word}});
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
    return result.err;
  };
  CHECK(contains(said("generate", "helth"),
                 "error: there is no generate \"helth\"; expected schema, actions, "));
  CHECK(contains(said("generate", "helth"), "did you mean \"health\"?"));
  CHECK(contains(said("audit", "lst"), "did you mean \"list\"?"));
  CHECK(contains(said("hook", "gates"), "there is no hook \"gates\"; expected "));
  CHECK(run({.arguments = {"generate", "--help"}}).exit == 0);
  CHECK(run({.arguments = {"generate", "schema"}}).exit == 0);
}

TEST_CASE("An option that is none is told what it may have been") {
  const auto said = [](const std::vector<std::string>& arguments) {
    const auto result = run({.arguments = arguments});
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
    return result.err;
  };
  CHECK(said({"render", "--polcy", "none"}) ==
        "error: there is no option \"--polcy\"; did you mean \"--policy\"?\n");
  CHECK(said({"render", ".", "--helm-valuefiles=a.yaml"}) ==
        "error: there is no option \"--helm-valuefiles\"; did you mean \"--helm-value-files\"?\n");
  CHECK(said({"generate", "schema", "--xyz"}) ==
        "error: there is no option \"--xyz\"; --help lists what there is\n");
  CHECK(said({"version", "please"}) ==
        "error: there is no use for \"please\"; expected no further argument\n");
  CHECK(said({"render", "-o", "xml"}) ==
        "error: --output: xml not in {yaml,json,jsonl,text,markdown}; --help says what is expected\n");
  CHECK(contains(said({"render", "--policy"}), "error: --policy: 1 required FILE|DIR|none missing; "));
}

TEST_CASE("Whatever can't be written to standard output is an error") {
  const Folder folder;
  folder.write("kustomization.yaml", "");
  const auto at = folder.path().string();
  const std::vector<std::vector<std::string>> calls = {{"discover", at},     {"parameters", at}, {"--help"},
                                                       {"render", "--help"}, {"--version"},      {"version"}};
  for (const auto& arguments : calls) {
    CAPTURE(arguments.front());
    const auto full = run({.arguments = arguments, .output_file = "/dev/full"});
    CHECK(full.exit == 3);
    CHECK(contains(full.err, "can't write standard output: No space left on device"));
    CHECK(run({.arguments = arguments}).exit == 0);
  }
}

TEST_CASE("A warning is coloured on a terminal, unless NO_COLOR or a dumb one says otherwise") {
  CHECK(contains(warned_on_terminal({{"TERM", "xterm"}}), "\x1b["));
  CHECK(warned_on_terminal({{"TERM", "xterm"}, {"NO_COLOR", "1"}}) == "warning: a\\nb\r\n");
  CHECK(warned_on_terminal({{"TERM", "dumb"}}) == "warning: a\\nb\r\n");
}

TEST_CASE("A diff has no other output") {
  const auto result = run({.arguments = {"render", "-", "--diff", "-o", "jsonl"}, .input = "kind: A\n"});
  CHECK(result.exit == 2);
  CHECK(result.out.empty());
  CHECK(contains(result.err, "--output excludes --diff"));
}
