// What the API server lets us do, as `kubectl auth can-i` asks it (SelfSubjectAccessReview, authorization.k8s.io/v1).
#pragma once
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::outside {

// Whether we may list a resource in all namespaces. A server that refuses to say so is a no. Throws OutsideError where it doesn't answer.
bool may_list_everywhere(Kubernetes& kubernetes, const ResourcePath& path);

}  // namespace drift::outside
