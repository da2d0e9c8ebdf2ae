// Completion scripts, run by the shell that they are for where it is at hand.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "outside/process.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"

using namespace drift;
using tests::Folder;
using tests::run;

TEST_CASE("bash completes commands, their own commands, and options") {
  const Folder folder;
  outside::SystemPrograms programs(outside::environment());
  const auto script = folder.write("completion", run({.arguments = {"completion", "bash"}}).out);
  const auto completed = [&](const std::string& words, int at) {
    const auto line = "source " + script.string() + "; COMP_WORDS=(" + words +
                      "); COMP_CWORD=" + std::to_string(at) + "; _drift_policy; echo \"${COMPREPLY[*]}\"";
    const auto result = programs.run({"bash", {"-c", line}, folder.path()});
    return result.exit_code == 0 ? result.out : fmt::format("exit {}: {}", result.exit_code, result.err);
  };
  CHECK(completed("drift-policy expl", 1) == "explain\n");
  CHECK(completed("drift-policy generate he", 2) == "health\n");
  CHECK(completed("drift-policy audit export --app", 3) == "--application\n");
  CHECK(completed("drift-policy check --cr", 2) == "--crds\n");
  CHECK(completed("drift-policy render --helm-val", 2) == "--helm-value-files --helm-values\n");
}
