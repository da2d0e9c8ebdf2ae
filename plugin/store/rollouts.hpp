// How far the platform's policy is rolled out, in a ConfigMap of the platform's namespace.
#pragma once
#include <optional>
#include <string>

#include "api/rollout.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::store {

// Nothing: no controller has written one there. Throws InputError where it can't be read, and what Kubernetes::get() throws.
std::optional<api::Rollout> read_rollout(outside::Kubernetes& kubernetes, const std::string& ns);

// In the place of the one that is there. It shows what was done and decides nothing, so the last writer wins. Throws what
// Kubernetes::replace() and create() throw.
void save_rollout(outside::Kubernetes& kubernetes, const std::string& ns, const api::Rollout& rollout);

}  // namespace drift::store
