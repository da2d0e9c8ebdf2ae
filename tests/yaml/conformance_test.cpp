// ../shared/conformance, in place: what Kubernetes' own tools see in each case, or that they reject it.
#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "manifest/manifest.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"

namespace {
namespace fs = std::filesystem;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

// The reference adds an annotation and takes it out again, which leaves no empty annotations behind.
void drop_empty_annotations(rapidjson::Document& object) {
  const auto metadata = object.FindMember("metadata");
  if (metadata == object.MemberEnd()) return;
  const auto found = metadata->value.FindMember("annotations");
  if (found != metadata->value.MemberEnd() && (found->value.IsNull() || found->value.ObjectEmpty()))
    metadata->value.EraseMember(found);
}

// By value: numbers as Go holds them, strings by their bytes.
bool same(const std::string& a, const std::string& b) {
  rapidjson::Document left, right;
  left.Parse<rapidjson::kParseFullPrecisionFlag>(a.c_str());
  right.Parse<rapidjson::kParseFullPrecisionFlag>(b.c_str());
  drop_empty_annotations(left);
  return !left.HasParseError() && !right.HasParseError() && left == right;
}

// conformance/README.md: these may be accepted, with the obvious result, though the reference rejects them.
const std::set<std::string> may_accept = {"json-with-separators", "json-then-yaml",
                                          "docs-separator-content-same-line", "docs-directive-12"};
// And these may be rejected, since the reference loses data in them.
const std::set<std::string> may_reject = {"docs-end-marker-only", "invalid-utf8",
                                          "key-duplicate-across-types"};
}  // namespace

TEST_CASE("every conformance case is read as Kubernetes reads it") {
  const fs::path folder = fs::path(drift::tests::project_folder()) / "../shared/conformance/yaml";
  if (!fs::exists(folder)) {
    MESSAGE("not run: ", folder.string(), " is not here");
    return;
  }
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  REQUIRE(cases.size() > 100);
  for (const auto& path : cases) {
    const std::string name = path.stem().string().substr(4);
    CAPTURE(name);
    const bool rejected = fs::exists(fs::path(path).replace_extension(".error"));
    std::vector<std::string> got;
    std::string error;
    try {
      const drift::manifest::Manifests manifests({{path.filename().string(), drift::tests::contents(path)}});
      for (const auto& manifest : manifests.objects()) got.push_back(manifest.object.json());
    } catch (const drift::InputError& failure) {
      error = failure.what();
    }
    CAPTURE(error);
    if (rejected) {
      CHECK((!error.empty() || may_accept.contains(name)));
      if (!error.empty()) CHECK(error.starts_with(path.filename().string() + ":"));
      continue;
    }
    if (may_reject.contains(name) && !error.empty()) continue;
    CHECK(error.empty());
    const auto expected = lines(drift::tests::contents(fs::path(path).replace_extension(".json")));
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      CAPTURE(got[i]);
      CAPTURE(expected[i]);
      CHECK(same(got[i], expected[i]));
    }
  }
}
