// The chain of records of a namespace, as it stands in the cluster.
#pragma once
#include <string>

#include "audit/verify.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::store {

// All ConfigMaps labelled as records, the head, and which records bases, reports and alerts know. A head that can't be read is an InputError.
audit::Evidence read_evidence(outside::Kubernetes& kubernetes, const std::string& ns);

}  // namespace drift::store
