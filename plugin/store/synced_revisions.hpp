// What was synced through its gate, as far as records tell.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "outside/kubernetes/kubernetes.hpp"

namespace drift::store {

// The revisions that an application's records of this namespace say were synced: `applications` are the names that it may have there.
// What can't be read tells nothing, nor does what is encrypted. The chain isn't verified.
std::set<std::string> synced_revisions(outside::Kubernetes& kubernetes, const std::string& ns,
                                       const std::vector<std::string>& applications);

}  // namespace drift::store
