// Field names as Go's encoding/json compares them. Helm and kustomize read their files through it, so a key is a field of
// theirs in any case, and with the two letters beyond ASCII that Unicode folds to a letter within: U+017F to s, U+212A to k.
#pragma once
#include <string>
#include <string_view>

#include "yaml/document.hpp"

namespace drift::source {

// Equal for keys that Go takes for one field whose name is ASCII (foldName in encoding/json/fold.go).
std::string go_folded(std::string_view key);

// Whether Go takes the key for the field.
bool is_go_field(std::string_view key, std::string_view field);

// Throws InputError, with the place, where two keys of a mapping are one field: Go lets the second list's elements keep what
// the first's have, so that no reading of either alone is right. `tool` is who reads it.
void refuse_alike_keys(const yaml::Node& mapping, std::string_view tool);

}  // namespace drift::source
