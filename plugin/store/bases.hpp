// Which bases (base.hpp) there are of an application: one for each of its sources, once a sync has succeeded through its gate.
#pragma once
#include <string>
#include <vector>

#include "outside/kubernetes/kubernetes.hpp"

namespace drift::store {

struct BasePlace {
  std::string ns;      // of the hooks
  std::string source;  // what their names begin with
};

// `ns` empty: of all namespaces. `application`: as the hooks have its name. By namespace and source. Throws what asking the cluster throws.
std::vector<BasePlace> bases_of(outside::Kubernetes& kubernetes, const std::string& ns,
                                const std::string& application);

}  // namespace drift::store
