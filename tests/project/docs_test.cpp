// Commands that the guide shows are ones that work, and the tests, files and headings that it names are there.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

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
  CHECK(commands.size() == 5);
  for (const auto& command : commands) {
    CAPTURE(command.back());
    const auto result = drift::tests::run({.arguments = command, .directory = folder.path().string()});
    CAPTURE(result.err);
    CHECK(result.exit == 0);
    CHECK_FALSE(result.out.empty());
  }
}

TEST_CASE(
    "The policy by value of docs/changes.md is one, together with the severities that it shows before") {
  const auto text = drift::tests::contents(fs::path(drift::tests::project_folder()) / "docs/changes.md");
  const auto block = [&](std::string_view begin, std::string_view end) {
    const auto from = text.find(begin);
    REQUIRE(from != std::string::npos);
    std::istringstream lines(text.substr(from, text.find(end, from) - from));
    std::string spec;
    for (std::string line; std::getline(lines, line);)
      spec += line.substr(std::min<std::size_t>(4, line.size())) + "\n";
    return spec;
  };
  const auto spec = block("    severities:", "    rules:") +
                    block("    rules:\n    - name: exposure ", "\n`NotEquals` also") +
                    "hooks: {namespace: drift-policy}\n";
  CAPTURE(spec);
  const auto findings = drift::policy::findings_of(spec);
  CHECK(drift::policy::strings_of(findings.mistakes) == std::vector<std::string>{});
  CHECK(drift::policy::strings_of(findings.warnings) == std::vector<std::string>{});
  CHECK(drift::policy::set_of(spec).rules.size() == 4);
}

TEST_CASE("What docs/command-line.md shows works") {
  for (const auto* section : {"Which version this is", "Completion"})
    for (const auto& command : commands_of("command-line.md", section)) {
      CAPTURE(command.back());
      const auto result = drift::tests::run({.arguments = command});
      CHECK(result.exit == 0);
      CHECK_FALSE(result.out.empty());
    }
}

TEST_CASE("Each test that a page names is there") {
  const fs::path project = drift::tests::project_folder();
  const std::string ends[] = {"_test.cpp", ".py"};
  std::size_t found = 0;
  for (const auto& page : fs::directory_iterator(project / "docs")) {
    if (!page.is_regular_file()) continue;
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

namespace {

// A heading's anchor, as GitHub makes it: lower case, a dash for a space, without what is neither letter, digit, dash nor
// underscore.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    if (c == ' ') anchor += '-';
    const auto lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool other = static_cast<unsigned char>(c) >= 0x80;
    if (other || lower == '-' || lower == '_' || (lower >= 'a' && lower <= 'z') ||
        (lower >= '0' && lower <= '9'))
      anchor += lower;
  }
  return anchor;
}

bool has_heading(const fs::path& page, const std::string& anchor) {
  std::istringstream lines(drift::tests::contents(page));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with('#') &&
        anchor_of(line.substr(std::min(line.find(' '), line.size() - 1) + 1)) == anchor)
      return true;
  return false;
}

// What the page's links name: [text](target), without those to other sites.
std::vector<std::string> links_of(const fs::path& page) {
  const auto text = drift::tests::contents(page);
  std::vector<std::string> links;
  for (auto at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
    const auto target = text.substr(at + 2, text.find(')', at) - at - 2);
    if (!target.starts_with("http")) links.push_back(target);
  }
  return links;
}

std::vector<fs::path> pages() {
  const fs::path project = drift::tests::project_folder();
  std::vector<fs::path> found;
  for (const auto* folder : {"", "docs", "deploy", "charts/drift-policy", "sample-apps"})
    for (const auto& entry : fs::directory_iterator(project / folder))
      if (entry.path().extension() == ".md") found.push_back(entry.path());
  return found;
}

}  // namespace

TEST_CASE("Each link of a page leads to a file, and to a heading of it") {
  std::size_t followed = 0;
  for (const auto& page : pages())
    for (const auto& link : links_of(page)) {
      CAPTURE(page.string());
      CAPTURE(link);
      const auto hash = std::min(link.find('#'), link.size());
      const auto target = hash == 0 ? page : page.parent_path() / link.substr(0, hash);
      REQUIRE(fs::exists(target));
      if (hash < link.size()) CHECK(has_heading(target, link.substr(hash + 1)));
      ++followed;
    }
  CHECK(followed > 100);
}

TEST_CASE("The start page of docs/ names each page") {
  const auto folder = fs::path(drift::tests::project_folder()) / "docs";
  const auto links = links_of(folder / "README.md");
  for (const auto& page : fs::directory_iterator(folder)) {
    const auto name = page.path().filename().string();
    if (page.path().extension() != ".md") continue;
    CAPTURE(name);
    CHECK((name == "README.md" || std::find(links.begin(), links.end(), name) != links.end()));
  }
}

TEST_CASE("What docs/testing.md says works in a checkout") {
  const fs::path project = drift::tests::project_folder();
  const auto text = drift::tests::contents(project / "docs/testing.md");
  const auto begin = text.find("```yaml\n") + 8;
  const drift::tests::Folder folder;
  fs::create_directory_symlink(project / "sample-apps", folder.path() / "sample-apps");
  const auto written = drift::tests::run(
      {.arguments = {"test", "--init", "sample-apps/medium"}, .directory = folder.path().string()});
  CHECK(written.exit == 0);
  folder.write("shop.drift-policy-test.yaml", written.out);
  CHECK(drift::tests::run({.arguments = {"test"}, .directory = folder.path().string()}).exit == 0);

  // The example of the page is one that can be read: what it names isn't there, which is what fails.
  folder.write("tests/drift-policy-test.yaml", text.substr(begin, text.find("```", begin) - begin));
  const auto example =
      drift::tests::run({.arguments = {"test", "tests"}, .directory = folder.path().string()});
  CHECK(example.exit == 1);
  CHECK(example.out.find("error: expected none, found ") != std::string::npos);
}

TEST_CASE("What docs/changes.md shows for pull requests works") {
  const drift::tests::Folder folder;
  for (const char* copy : {"main", "branch"})
    folder.write(
        fs::path(copy) / "apps/shop/web.yaml",
        std::string("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {of: ") + copy + "}\n");
  const auto commands = commands_of("changes.md", "In a pull request");
  CHECK(commands.size() == 3);
  for (const auto& command : commands) {
    CAPTURE(command.back());
    const auto result =
        drift::tests::run({.arguments = command, .directory = (folder.path() / "branch").string()});
    CAPTURE(result.err);
    CHECK(result.exit == 0);
    CHECK(result.out.find("/data/of") != std::string::npos);
  }
}

TEST_CASE("What docs/import.md shows is what comes of it") {
  const auto text = drift::tests::contents(fs::path(drift::tests::project_folder()) / "docs/import.md");
  const auto block = [&](std::size_t number) {
    std::size_t at = 0;
    for (std::size_t i = 0; i <= number; ++i) at = text.find("```yaml\n", at) + 8;
    return text.substr(at, text.find("```", at) - at);
  };
  const drift::tests::Folder folder;
  folder.write("remediation_policies.yaml", block(0));
  folder.write("notification_config.yaml", "channels: {slack: {webhook_url: x}}\n");
  folder.write("policy.yaml", block(1));
  const auto commands = commands_of("import.md", "The commands");
  CHECK(commands.size() == 3);
  for (const auto& command : commands) {
    // What follows `>` is where a shell puts it.
    const std::vector<std::string> words(command.begin(), std::find(command.begin(), command.end(), ">"));
    CAPTURE(command.back());
    const auto result = drift::tests::run({.arguments = words, .directory = folder.path().string()});
    CAPTURE(result.err);
    CHECK(result.exit == 0);
    if (command.back() == "policy.yaml" && words.size() == 2 && words[0] == "import") {
      CHECK(result.out == block(1));
      const auto shown = text.find("warning: remediation_policies.yaml");
      CHECK(result.err.find(text.substr(shown, text.find('\n', shown) - shown)) != std::string::npos);
    }
  }
}
