// Any bytes as manifests, with annotations and labels written into every object. What was accepted must come out
// whole: the source's bytes are all there, reading the result gives the same objects but for our keys, and doing it
// again changes nothing. What is read back before it is printed, and refused, isn't accepted; built with DRIFT_STRICT
// it is, to see what is refused so.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "manifest/manifest.hpp"
#include "manifest/read_back.hpp"
#include "manifest/segments.hpp"
#include "manifest/writer.hpp"

namespace {

using drift::manifest::Manifests;
using drift::yaml::Node;

const drift::manifest::KeyChanges annotations = {{"drift-policy.dev/severity", "low"},
                                                 {"drift-policy.dev/rule", std::nullopt},
                                                 {"argocd.argoproj.io/sync-wave", "5"},
                                                 {"want.drift-policy.dev/image", "\xC3\xA9 \"#: \\\n'\t~"}};
const drift::manifest::KeyChanges labels = {{"drift-policy.dev/severity", "low"}};

[[noreturn]] void fail(const char* what, const std::string& detail) {
  std::fprintf(stderr, "%s\n%s\n", what, detail.c_str());
  std::abort();
}

bool is_ours(const std::string& key, const drift::manifest::KeyChanges& changes) {
  for (const auto& change : changes) {
    if (change.first == key) return true;
  }
  return false;
}

// The entries of a mapping as JSON, without those that are ours; empty where none is left.
std::string without(Node mapping, const drift::manifest::KeyChanges& ours) {
  std::string json;
  for (const auto& [key, value] : mapping.entries()) {
    if (!is_ours(key, ours)) json += key + '\0' + value.json() + '\n';
  }
  return json;
}

// An object as text to compare: everything but our keys, and no difference between absent and empty.
std::string essence(Node object) {
  std::string text;
  for (const auto& [key, value] : object.entries()) {
    if (key != "metadata") text += key + '\0' + value.json() + '\n';
  }
  for (const auto& [key, value] : object.find("metadata").entries()) {
    if (key != "annotations" && key != "labels") text += "metadata." + key + '\0' + value.json() + '\n';
  }
  text += "annotations\n" + without(object.find("metadata").find("annotations"), annotations);
  text += "labels\n" + without(object.find("metadata").find("labels"), labels);
  return text;
}

drift::manifest::Rendering render(const Manifests& manifests) {
  std::vector<drift::manifest::MetadataChange> changes;
  for (std::size_t i = 0; i < manifests.objects().size(); ++i) changes.push_back({i, annotations, labels});
  drift::manifest::Rendering rendering(manifests, drift::manifest::edit_metadata(manifests, changes), {});
#ifndef DRIFT_STRICT
  drift::manifest::read_back(manifests, changes, rendering);
#endif
  return rendering;
}

void check_source_is_whole(const Manifests& manifests, const drift::manifest::Rendering& rendering) {
  std::string source;
  for (const auto& segment : rendering.segments()) {
    if (segment.origin != drift::manifest::Origin::inserted) source += segment.text;
  }
  if (source != manifests.files().front().text) fail("the source's bytes are not all there", source);
}

void check_objects(const Manifests& before, const Manifests& after, const std::string& text) {
  if (before.objects().size() != after.objects().size()) fail("another number of objects", text);
  for (std::size_t i = 0; i < before.objects().size(); ++i) {
    const Node object = after.objects()[i].object;
    if (essence(before.objects()[i].object) != essence(object)) fail("an object has changed", text);
    const Node metadata = object.find("metadata");
    for (const auto& [key, value] : annotations) {
      const Node found = metadata.find("annotations").find(key);
      if (value ? !found.is_string() || found.text() != *value : static_cast<bool>(found))
        fail(key.c_str(), text);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const Manifests before({{"input.yaml", std::string(reinterpret_cast<const char*>(data), size)}});
    const auto rendering = render(before);
    check_source_is_whole(before, rendering);
    const std::string text = rendering.text();
    try {
      const Manifests after({{"output.yaml", text}});
      check_objects(before, after, text);
      if (render(after).text() != text) fail("doing it again changes something", text);
    } catch (const drift::InputError& error) {
      fail(error.what(), text);
    }
  } catch (const drift::InputError&) {
  }
  return 0;
}
