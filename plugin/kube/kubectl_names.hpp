// What people call a kind in kubectl: `deployment`, `deployments`, `deploy`, `Deployment`, `deployments.apps`, `deployments.v1.apps`.
// https://kubernetes.io/docs/reference/kubectl/#resource-types
#pragma once
#include <string_view>

#include "kube/kinds.hpp"

namespace drift::kube {

// Whether `written` means the kind.
bool is_called(std::string_view written, std::string_view group, std::string_view version,
               std::string_view kind, const KindFacts& platform);

}  // namespace drift::kube
