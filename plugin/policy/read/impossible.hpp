// What in a policy can't be, as far as anybody knows what kinds and fields there are: warnings for `check`, since a cluster may
// know more. Pure.
#pragma once
#include <vector>

#include "base/error.hpp"
#include "kube/field_types.hpp"
#include "policy/read/lines.hpp"
#include "yaml/document.hpp"

namespace drift::policy {

// Kinds that are none, pointers that lead nowhere in any kind that their rule may be about, and names of notification services
// with a slip of the pen. `root` may be any document: what doesn't fit a DriftPolicy is passed over, since reading it has said so.
void warn_of_impossible(yaml::Node root, const Lines& lines, const kube::FieldTypes& types,
                        std::vector<Finding>& warnings);

}  // namespace drift::policy
