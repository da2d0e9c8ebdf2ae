// An object as messages call it.
#pragma once
#include <string>

namespace drift::kube {

// `Deployment shop/web`; `ClusterRole admin` where it has no namespace.
inline std::string object_display(const std::string& kind, const std::string& ns, const std::string& name) {
  return kind + ' ' + (ns.empty() ? "" : ns + '/') + name;
}

}  // namespace drift::kube
