// `make demo`: two screens, and it ends with commands that work.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "support/program.hpp"
#include "support/text.hpp"

namespace {

using drift::tests::contains;
using drift::tests::run;

std::string demo() {
  const auto result = run({.arguments = {"tools/demo", drift::tests::program_path()},
                           .directory = drift::tests::project_folder(),
                           .program = "/bin/bash"});
  CAPTURE(result.err);
  CHECK(result.exit == 0);
  return result.out;
}

}  // namespace

TEST_CASE("the demo fits on two screens, and what it calls low is low") {
  const auto shown = demo();
  CAPTURE(shown);
  CHECK(std::count(shown.begin(), shown.end(), '\n') <= 100);
  CHECK(contains(shown, "\n3 objects: 3 low · 1 sync wave · 0 hook resources\n"));
  CHECK(contains(shown, "hook objects: gate, audit, alert … (--hooks to see them)\n"));
  CHECK(contains(shown, "anything else: medium, 1 approval within 24 h\n"));
  std::istringstream lines(shown);
  for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(line.size() <= 130, line);
}

TEST_CASE("the demo ends with commands that work") {
  const auto shown = demo();
  std::istringstream lines(shown.substr(shown.find("\nNext:\n")));
  std::size_t found = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  build/drift-policy ")) continue;
    ++found;
    std::istringstream words(line.substr(0, line.find(" #")));
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word == "PATH" ? "sample-apps/high" : word);
    arguments.erase(arguments.begin());
    CAPTURE(line);
    const auto result = run({.arguments = arguments, .directory = drift::tests::project_folder()});
    CAPTURE(result.err);
    CHECK(result.exit == 0);
    CHECK_FALSE(result.out.empty());
  }
  CHECK(found == 4);
}
