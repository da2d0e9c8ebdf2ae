// An object as Git wants it, as far as a plan may hold it: what the gate compares with the cluster.
//
// A plan lies in a ConfigMap that more people may read than the object: of a Secret nothing but type, immutable and
// labels is kept, values of ConfigMaps and environment variables become `sha256:<hex>`. analysis/redact.hpp does the same
// to live objects.
#pragma once
#include <rapidjson/document.h>

#include <optional>
#include <string>

#include "manifest/manifest.hpp"

namespace drift::api {

// Beyond this a plan keeps digests of an object's parts (condensed.hpp). etcd stores 1.5 MiB, so few objects are larger.
inline constexpr std::size_t longest_manifest = std::size_t{1} << 20;
// Below so many levels strings, objects and lists are digests.
inline constexpr int deepest_manifest = 100;

struct Redacted {
  std::string json;      // canonical
  bool digests = false;  // holds digests of parts
};

// Nothing where it is far larger than what a cluster stores. `autoscaled`: something else decides /spec/replicas.
std::optional<Redacted> redacted_manifest(const manifest::Manifest& manifest, bool autoscaled);

// Puts digests in the place of a live object's parts below the deepest level, as redacted_manifest() does of the wanted one, so
// that no stack is too small for the rest.
void flatten(rapidjson::Document& document);
// What stands for a part there.
std::string deep_text(std::string_view digest);

// Whether an annotation or label is none of the author's: ours, Argo CD's that we write, or kubectl's copy of the object.
bool left_out_of_metadata(std::string_view key);

// How plans write a value that must not be read: `sha256:<hex>`. An empty one stays empty.
std::string redacted_value(std::string_view text);

// The same of base64, in the form in which the API server writes the bytes.
std::string redacted_base64(std::string_view text);

}  // namespace drift::api
