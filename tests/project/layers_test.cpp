// One order of folders, from the bottom up: a file includes only what stands in its own folder or below it (ARCHITECTURE.md).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "support/folder.hpp"
#include "support/program.hpp"

namespace {
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 24> order = {
    "base",    "json",       "yaml",     "manifest",   "kube",     "outside", "policy",  "source",
    "api",     "annotators", "render",   "analysis",   "report",   "audit",   "store",   "gate",
    "testing", "hooks",      "approval", "controller", "generate", "migrate", "imports", "commands"};

// What touches the world; all other folders are pure, but for the files named here.
const std::set<std::string> impure_folders = {"outside", "source",   "store",   "gate",
                                              "hooks",   "approval", "commands"};
const std::set<std::string> impure_files = {"policy/load",
                                            "render/application",
                                            "testing/run",
                                            "controller/applications",
                                            "controller/observer",
                                            "controller/obstacles",
                                            "controller/asking",
                                            "controller/inbox",
                                            "controller/event_writer",
                                            "controller/remediator",
                                            "controller/leader",
                                            "controller/roller",
                                            "controller/roller_acts",
                                            "controller/counted_feed",
                                            "controller/process_metrics",
                                            "migrate/native_rendering",
                                            "migrate/proof"};

// The place of a folder in the order; -1: none.
int rank(std::string_view folder) {
  const auto found = std::find(order.begin(), order.end(), folder);
  return found == order.end() ? -1 : static_cast<int>(found - order.begin());
}

std::string first_part(const std::string& path) {
  return path.substr(0, path.find('/'));
}

std::set<std::string> included_by(const fs::path& file) {
  const std::string text = drift::tests::contents(file), include = "#include \"";
  std::set<std::string> paths;
  for (auto at = text.find(include); at != std::string::npos; at = text.find(include, at)) {
    at += include.size();
    paths.insert(text.substr(at, text.find('"', at) - at));
  }
  return paths;
}

void check_file(const fs::path& file, const std::string& name) {
  const auto folder = first_part(name);
  const auto stem = name.substr(0, name.rfind('.'));
  const bool pure = !impure_folders.contains(folder) && !impure_files.contains(stem);
  CAPTURE(name);
  REQUIRE(rank(folder) >= 0);
  for (const auto& path : included_by(file)) {
    CAPTURE(path);
    CHECK(rank(first_part(path)) >= 0);
    CHECK(rank(first_part(path)) <= rank(folder));
    CHECK_FALSE((pure && first_part(path) == "outside"));
  }
}

// All sources below `folder`, each by its name relative to `root`.
template <typename Visit>
std::size_t for_each_source(const fs::path& folder, const fs::path& root, const Visit& visit) {
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".hpp")) continue;
    ++files;
    visit(entry.path(), entry.path().lexically_relative(root).generic_string());
  }
  return files;
}
}  // namespace

TEST_CASE("Each file includes only what stands below it") {
  const fs::path project = drift::tests::project_folder();
  std::size_t files = for_each_source(project / "annotators", project, check_file);
  files += for_each_source(project / "plugin", project / "plugin",
                           [](const fs::path& file, const std::string& name) {
                             if (name != "main.cpp") check_file(file, name);
                           });
  CHECK(files > 300);
}

TEST_CASE("The program's entry is the only file outside of the folders") {
  const fs::path plugin = fs::path(drift::tests::project_folder()) / "plugin";
  for (const auto& entry : fs::directory_iterator(plugin))
    if (entry.is_regular_file()) CHECK(entry.path().filename() == "main.cpp");
  for (const auto& path : included_by(plugin / "main.cpp")) CHECK(first_part(path) == "commands");
}

// The log has the lines for people; what else may write there: a signal handler, questions to people, and help.
TEST_CASE("Only the log, questions and help write to standard error") {
  const std::set<std::string> may = {"outside/log.cpp", "outside/own_limits.cpp", "outside/terminal.cpp",
                                     "commands/answering.cpp", "commands/arguments.cpp"};
  const fs::path plugin = fs::path(drift::tests::project_folder()) / "plugin";
  for_each_source(plugin, plugin, [&](const fs::path& file, const std::string& name) {
    if (may.contains(name)) return;
    CAPTURE(name);
    const auto text = drift::tests::contents(file);
    for (const char* way : {"STDERR_FILENO", "(stderr,", ", stderr)", "std::cerr"})
      CHECK(text.find(way) == std::string::npos);
  });
}

// What only one of our compilers takes is found by a sanitizer's build, long after it was written:
// - regex: libstdc++'s goes one call deeper for each character of a text (GCC bug 86164), and g++ 12 warns inside of it under
//   sanitizers;
// - ranges: clang before 16 can't compile libstdc++'s views (https://github.com/llvm/llvm-project/issues/44178).
TEST_CASE("No source includes a header of the standard library that one of the compilers can't take") {
  const fs::path project = drift::tests::project_folder();
  for (const auto* folder : {"plugin", "annotators", "tests"})
    for_each_source(project / folder, project, [&](const fs::path& file, const std::string& name) {
      CAPTURE(name);
      const auto text = drift::tests::contents(file);
      for (const char* header : {"regex>", "ranges>"})
        CHECK(text.find("#include <" + std::string(header)) == std::string::npos);
    });
}
