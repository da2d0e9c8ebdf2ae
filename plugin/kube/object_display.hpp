// An object as messages and our own tables call it.
#pragma once
#include <string>
#include <string_view>

namespace drift::kube {

// `Deployment shop/web`; `ClusterRole admin` where it has no namespace.
inline std::string object_display(const std::string& kind, const std::string& ns, const std::string& name) {
  return kind + ' ' + (ns.empty() ? "" : ns + '/') + name;
}

// What tells it from any other, whatever its version: `apps/Deployment/shop/web`, `//shop/…` where something is empty.
inline std::string object_identity(std::string_view group, std::string_view kind, std::string_view ns,
                                   std::string_view name) {
  std::string text(group);
  for (const auto part : {kind, ns, name}) (text += '/') += part;
  return text;
}

}  // namespace drift::kube
