// An object as Git wants it, as far as a plan may hold it: what the gate compares with the cluster.
//
// A plan lies in a ConfigMap that more people may read than the object: of a Secret nothing but type, immutable and
// labels is kept, values of ConfigMaps and environment variables become `sha256:<hex>`. analysis/redact.hpp does the same
// to live objects.
#pragma once
#include <optional>
#include <string>

#include "manifest/manifest.hpp"

namespace drift::policy {

// Beyond this an object is left out of the plan, and so is one of more levels than this.
inline constexpr std::size_t longest_manifest = std::size_t{64} << 10;
inline constexpr int deepest_manifest = 100;

// Canonical JSON; nothing where it is left out. `autoscaled`: something else decides /spec/replicas.
std::optional<std::string> redacted_manifest(const manifest::Manifest& manifest, bool autoscaled);

// Whether an annotation or label is none of the author's: ours, Argo CD's that we write, or kubectl's copy of the object.
bool left_out_of_metadata(std::string_view key);

// How plans write a value that must not be read: `sha256:<hex>`. An empty one stays empty.
std::string redacted_value(std::string_view text);

// The same of base64, in the form in which the API server writes the bytes.
std::string redacted_base64(std::string_view text);

}  // namespace drift::policy
