// base/keys.hpp is the one list of the keys that we write: nothing names another, in C++, Lua or an admission policy.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"

namespace {
namespace fs = std::filesystem;

// All `drift-policy.dev/<name>` in a text, of whatever subdomain; without what begins as the name of an API version.
std::set<std::string> keys_in(const std::string& text) {
  const std::string domain = "drift-policy.dev/";
  std::set<std::string> keys;
  for (auto at = text.find(domain); at != std::string::npos; at = text.find(domain, at + 1)) {
    const auto begin = at + domain.size();
    const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", begin);
    if (at > 0 && text[at - 1] == '.')
      continue;  // want., approvers., approve.: what follows is an id or a name
    if (const auto name = text.substr(begin, end - begin); !name.empty() && name != "v") keys.insert(name);
  }
  return keys;
}

std::string without(std::string text, const std::string& part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
  return text;
}

bool is_text(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".lua" || extension == ".yaml" || extension == ".cpp" || extension == ".hpp";
}
}  // namespace

TEST_CASE("Each key of ours stands in base/keys.hpp, and C++ writes it nowhere else") {
  const fs::path project = drift::tests::project_folder();
  const auto list = project / "plugin/base/keys.hpp";
  const auto known = keys_in(drift::tests::contents(list));
  CHECK(known.size() > 25);
  for (const auto* folder : {"plugin", "annotators", "deploy"})
    for (const auto& entry : fs::recursive_directory_iterator(project / folder)) {
      if (!entry.is_regular_file() || !is_text(entry.path()) || entry.path() == list) continue;
      const auto name = entry.path().string();
      const auto text = drift::tests::contents(entry.path());
      CAPTURE(name);
      for (const auto& key : keys_in(text)) {
        CAPTURE(key);
        CHECK(known.contains(key));
      }
      const bool code = entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp";
      if (code)
        CHECK(without(text, "\"drift-policy.dev/v1alpha1\"").find("\"drift-policy.dev/") ==
              std::string::npos);
    }
}
