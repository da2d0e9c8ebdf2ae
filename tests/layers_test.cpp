// Data flows one way: a folder includes only what stands before it in the flow (ARCHITECTURE.md).
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "folder.hpp"
#include "program.hpp"

namespace {
namespace fs = std::filesystem;
using Folders = std::set<std::string>;

// Beside itself and the files at the top of plugin/. commands/ may have all.
const std::map<std::string, Folders> may_include = {
    {"manifest", {}},
    {"policy", {"manifest"}},
    {"annotators", {"manifest", "policy"}},
    {"output", {"manifest", "policy", "annotators"}},
    {"audit", {"manifest", "policy", "annotators"}},
    {"analysis", {"manifest", "policy", "output", "audit"}},
    {"generate", {"manifest", "policy", "annotators"}},
    {"outside", {"manifest", "source"}},
    {"source", {"manifest", "policy", "outside"}},
    {"hook", {"manifest", "policy", "annotators", "audit", "analysis", "outside"}},
    {"approval", {"manifest", "policy", "annotators", "audit", "analysis", "hook", "outside"}},
};

Folders included_by(const fs::path& file) {
  const std::string text = drift::tests::contents(file), include = "#include \"";
  Folders folders;
  for (auto at = text.find(include); at != std::string::npos; at = text.find(include, at)) {
    at += include.size();
    const auto path = text.substr(at, text.find('"', at) - at);
    if (const auto slash = path.find('/'); slash != std::string::npos) folders.insert(path.substr(0, slash));
  }
  return folders;
}
}  // namespace

TEST_CASE("Each folder includes only what stands before it") {
  const fs::path project = drift::tests::project_folder();
  std::size_t files = 0;
  for (const auto& [folder, others] : may_include) {
    const bool at_top = folder == "annotators";
    for (const auto& entry :
         fs::directory_iterator(at_top ? project / folder : project / "plugin" / folder)) {
      if (!entry.is_regular_file()) continue;
      ++files;
      CAPTURE(entry.path().string());
      for (const auto& included : included_by(entry.path())) {
        CAPTURE(included);
        CHECK((included == folder || others.contains(included)));
      }
    }
  }
  CHECK(files > 200);
}

TEST_CASE("Each folder of plugin/ has its place in that order") {
  for (const auto& entry : fs::directory_iterator(fs::path(drift::tests::project_folder()) / "plugin")) {
    const auto name = entry.path().filename().string();
    if (!entry.is_directory() || name == "commands") continue;
    CAPTURE(name);
    CHECK(may_include.contains(name));
  }
}
