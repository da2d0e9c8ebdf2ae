// Validation against policies/schema.json and policies/test-schema.json, the files that editors use too.
#pragma once
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "yaml/document.hpp"

namespace drift::policy {

// Nodes (by Node::index()) that don't fit and must not be read.
using Dropped = std::unordered_set<std::uint32_t>;

enum class SchemaOf : std::uint8_t { policy, test };

// Says of each place of a document that doesn't fit the schema what is wrong and what was expected, up
// to a bound. What remains without the dropped nodes fits, so it can be read without further checks of its
// form, but for settings that are required: they may be missing. The root itself may be dropped.
Dropped validate(yaml::Node root, std::vector<Finding>& mistakes, SchemaOf which = SchemaOf::policy);

// Keys that stand twice in one mapping (YAML's readers let the last win in silence), and nesting beyond what
// a policy can need. False where the document must not be looked at further.
bool check_keys(yaml::Node root, std::vector<Finding>& mistakes);

// The place of a key in a mapping, for messages; the mapping's own where it comes from elsewhere (a merge
// key).
Place key_place(yaml::Node mapping, std::string_view key);

}  // namespace drift::policy
