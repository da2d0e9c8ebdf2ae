// Commands that the guide shows are ones that work, and the tests that it names are there.
#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"

namespace fs = std::filesystem;

namespace {

// The commands of one section: its indented lines that call us, without comments.
std::vector<std::vector<std::string>> commands_of(const std::string& page, const std::string& section) {
  const auto text = drift::tests::contents(fs::path(drift::tests::project_folder()) / "docs" / page);
  const auto begin = text.find("## " + section + "\n");
  REQUIRE(begin != std::string::npos);
  std::istringstream lines(text.substr(begin, text.find("\n## ", begin) - begin));
  std::vector<std::vector<std::string>> commands;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    drift-policy ")) continue;
    std::istringstream words(line.substr(0, line.find(" #")));
    auto& command = commands.emplace_back();
    for (std::string word; words >> word;) command.push_back(word);
    command.erase(command.begin());
  }
  return commands;
}

}  // namespace

TEST_CASE("What docs/policy.md says about checking works in a checkout with an application's policy") {
  const drift::tests::Folder folder;
  for (const char* part : {"policies", "sample-apps"})
    fs::create_directory_symlink(fs::path(drift::tests::project_folder()) / part, folder.path() / part);
  folder.write(".drift-policy.yaml",
               drift::policy::policy_text(
                   "rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, severity: high}]\n"));
  const auto commands = commands_of("policy.md", "Checking");
  CHECK(commands.size() == 4);
  for (const auto& command : commands) {
    CAPTURE(command.back());
    const auto result = drift::tests::run({.arguments = command, .directory = folder.path().string()});
    CAPTURE(result.err);
    CHECK(result.exit == 0);
    CHECK_FALSE(result.out.empty());
  }
}

TEST_CASE("Each test that a page names is there") {
  const fs::path project = drift::tests::project_folder();
  const std::string ends[] = {"_test.cpp", ".py"};
  std::size_t found = 0;
  for (const auto& page : fs::directory_iterator(project / "docs")) {
    const auto text = drift::tests::contents(page.path());
    for (const auto& end : ends)
      for (auto at = text.find(end); at != std::string::npos; at = text.find(end, at + 1)) {
        const auto begin = text.find_last_not_of("abcdefghijklmnopqrstuvwxyz0123456789_/", at - 1) + 1;
        const auto name = text.substr(begin, at - begin) + end;
        if (begin == at || (end == ".py" && !name.starts_with("test_"))) continue;
        ++found;
        CAPTURE(page.path().string());
        CAPTURE(name);
        CHECK(fs::exists(project / (end == ".py" ? "tests/e2e/" + name : name)));
      }
  }
  CHECK(found > 40);
}
