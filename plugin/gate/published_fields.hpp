// What the cluster publishes of its kinds' fields: asked for lazily, once for each version of a group, and forgotten after one look
// at the cluster. Every account may read it (the ClusterRole system:discovery).
#pragma once
#include <functional>

#include "analysis/never_kept.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::gate {

// Refers to both. Where the cluster doesn't tell, for whatever reason, nothing is known; no failure of the cluster is thrown. Before
// each request it asks `go_on`, which may throw.
analysis::Publisher published_by(outside::Kubernetes& kubernetes, const api::Plan& plan,
                                 std::function<void()> go_on);

}  // namespace drift::gate
