// Kinds that clusters of many people have: Kubernetes' own, and those of well-known CustomResourceDefinitions. A table of facts
// (known_kinds.txt), which tools/generate-kinds writes from their published definitions; its head names the versions.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace drift::kube {

struct KnownKind {
  std::string_view group, kind;
  std::string_view irregular_plural;  // empty where it is the English one
  bool namespaced = true;

  std::string plural() const;  // as the API calls it: `networkpolicies`
};

// What the table knows of a kind. nullptr: nothing, which doesn't mean that there is no such kind.
const KnownKind* known_kind(std::string_view group, std::string_view kind);

// The whole table, sorted by group and kind.
std::span<const KnownKind> known_kinds();

}  // namespace drift::kube
