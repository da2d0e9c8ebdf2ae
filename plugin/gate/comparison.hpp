// What a gate finds: drift, and what Git changes where the policy asks about that.
#pragma once
#include <functional>

#include "api/plan.hpp"
#include "api/report.hpp"
#include "outside/kubernetes/kubernetes.hpp"
#include "store/base.hpp"

namespace drift::gate {

// The plan against its base and what is in the cluster. Before each request it asks `go_on`, which may throw.
api::Report compare(outside::Kubernetes& kubernetes, const api::Plan& plan, const store::Base& base,
                    const std::function<void()>& go_on);

}  // namespace drift::gate
