// ThreadSanitizer leaves out the tests of the folders that tests/CMakeLists.txt names: those have no threads.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/folder.hpp"
#include "support/program.hpp"

namespace {
namespace fs = std::filesystem;

std::vector<std::string> without_threads() {
  const auto text = drift::tests::contents(fs::path(drift::tests::project_folder()) / "tests/CMakeLists.txt");
  constexpr std::string_view set = "set(without_threads ";
  const auto start = text.find(set);
  if (start == std::string::npos) return {};
  const auto names = start + set.size();
  std::istringstream words(text.substr(names, text.find(')', names) - names));
  return {std::istream_iterator<std::string>(words), {}};
}

// Whether a source includes one of the headers by which a thread is started or shared.
bool threaded(const std::string& source) {
  static constexpr std::string_view headers[] = {"<thread>",         "<future>",    "<mutex>",
                                                 "<shared_mutex>",   "<atomic>",    "<condition_variable>",
                                                 "<execution>",      "<pthread.h>", "\"base/parallel.hpp\"",
                                                 "\"outside/server/"};
  return std::ranges::any_of(headers, [&](std::string_view header) {
    return source.find("#include " + std::string(header)) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("folders that ThreadSanitizer leaves out start no thread and share nothing with one") {
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
        CHECK_FALSE(threaded(drift::tests::contents(entry.path())));
      }
    }
  }
}
