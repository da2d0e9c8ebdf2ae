// `clusterScoped`, `namespaced` and `plurals` of a platform's policy, from what a cluster serves.
#pragma once
#include <string>
#include <vector>

namespace drift::generate {

struct ServedKind {
  std::string group, kind, plural;
  bool namespaced = true;
};

// A DriftPolicy named `kinds` that says of these kinds what isn't known anyway, or is known otherwise (kube/known_kinds.hpp).
// Kubernetes' own are left out.
std::string scopes(const std::vector<ServedKind>& served);

}  // namespace drift::generate
