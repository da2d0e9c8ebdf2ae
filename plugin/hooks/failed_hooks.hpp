// The author's own hooks that failed in this sync, as far as they may be read: what their outcome is known of are Jobs, Pods and
// Argo Workflows (annotators/hooks/roles.cpp gives the alert the right to these).
#pragma once
#include <string>
#include <vector>

#include "api/plan.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::hooks {

// `Job shop/migrate: failed: BackoffLimitExceeded (Job has reached the specified backoff limit)`, in the plan's order. `began`: when the
// sync's gate was made (RFC 3339); what is older is of another sync.
std::vector<std::string> failed_hooks(const api::Plan& plan, const std::string& began,
                                      outside::Kubernetes& kubernetes);

}  // namespace drift::hooks
