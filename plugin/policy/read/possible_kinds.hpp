// Whether a kind pattern can be about any kind that there is, and of which types its objects are. Pure.
//
// Kubernetes' own groups are known in full, by their table (field_types.hpp); of others the well-known kinds (known_kinds.hpp)
// and those whose CustomResourceDefinitions were given. Nobody knows which more a cluster has, so of other groups only what
// looks like a slip of the pen is reported.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kube/field_types.hpp"
#include "policy/policy.hpp"

namespace drift::policy {

struct PossibleKinds {
  // What is wrong, as a sentence behind the pattern; empty: nothing.
  std::string mistake;
  // Indices into FieldTypes::kinds(), sorted: what the pattern fits, or else what was probably meant.
  std::vector<std::size_t> typed;
  // It may fit kinds of which nobody knows what they hold.
  bool others = false;
};

// All kinds that are known, each as its group and itself.
using KindNames = std::set<std::pair<std::string, std::string>>;
KindNames kind_names(const kube::FieldTypes& types);

// `names` must be those of the types.
PossibleKinds possible_kinds(const kube::FieldTypes& types, const KindNames& names,
                             const KindPattern& pattern);

}  // namespace drift::policy
