// The text of entries that are added to a mapping, in the style of the mapping.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/edit.hpp"

namespace drift::yaml {

// A key with a string, or with entries of its own. Keys are ours or Kubernetes' and need no quotes in block style.
struct Entry {
  std::string key;
  std::string value;
  std::vector<Entry> children;
  bool nested = false;
};

// Adds the entries in front of the mapping's first child. `limit` is where the mapping's text starts at the earliest
// (behind its own key), for comments that stand above the first child. `again`: the mapping, which was empty, has been
// added to before. The mapping must not be empty in block style, which YAML has not.
Edit insert_entries(const Node& mapping, const std::vector<Entry>& entries, std::uint32_t limit, bool again);

// Gives a key that has no value in the source (`annotations:`) the entries as its value. Returns false where the bytes
// don't allow it; the value must be an untagged, unanchored, empty or `null` plain scalar.
bool fill_null(const Node& key, const Node& value, const std::vector<Entry>& entries, Edit& edit);

}  // namespace drift::yaml
