// What the cluster itself calls the kinds of a plan that the rendering had to guess (kube/kinds.hpp), by its discovery,
// which every account may read (the ClusterRole system:discovery).
// https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
#pragma once
#include <functional>

#include "api/plan.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::gate {

// Gives such objects their plural and namespace as the cluster has them; role_resource and role_space then hold what the rendering
// took, which its Roles name and which can't be changed any more. What the cluster doesn't serve, or doesn't tell, stays
// guessed. Before each request it asks `go_on`, which may throw.
void ask_for_kinds(outside::Kubernetes& kubernetes, api::Plan& plan, const std::function<void()>& go_on);

}  // namespace drift::gate
