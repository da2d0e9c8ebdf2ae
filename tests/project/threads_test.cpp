// ThreadSanitizer leaves out the tests of the folders that tests/CMakeLists.txt names: those have no threads.
#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "support/folder.hpp"
#include "support/program.hpp"

namespace {
namespace fs = std::filesystem;

std::vector<std::string> without_threads() {
  const auto text = drift::tests::contents(fs::path(drift::tests::project_folder()) / "tests/CMakeLists.txt");
  std::smatch names;
  if (!std::regex_search(text, names, std::regex(R"(set\(without_threads ([a-z ]+)\))"))) return {};
  std::istringstream words(names[1]);
  return {std::istream_iterator<std::string>(words), {}};
}

}  // namespace

TEST_CASE("folders that ThreadSanitizer leaves out start no thread and share nothing with one") {
  const std::regex threaded(
      R"(#include (<(thread|future|mutex|shared_mutex|atomic|condition_variable|execution|pthread\.h)>|"base/parallel\.hpp"|"outside/server/))");
  const auto folders = without_threads();
  CHECK(folders.size() > 5);
  for (const auto& folder : folders) {
    const auto root = fs::path(drift::tests::project_folder());
    REQUIRE(fs::is_directory(root / "plugin" / folder));
    for (const auto* side : {"plugin", "tests"}) {
      for (const auto& entry : fs::recursive_directory_iterator(root / side / folder)) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".hpp") continue;
        CAPTURE(entry.path().string());
        CHECK_FALSE(std::regex_search(drift::tests::contents(entry.path()), threaded));
      }
    }
  }
}
