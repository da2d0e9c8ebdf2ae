// Objects whose number of replicas something else decides. Pure.
#pragma once
#include <string>
#include <string_view>
#include <unordered_set>

#include "manifest/manifest.hpp"

namespace drift::policy {

// The targets of the rendering's HorizontalPodAutoscalers and KEDA ScaledObjects.
class Autoscaled {
 public:
  Autoscaled(const manifest::Manifests& manifests, std::string_view destination_namespace);
  bool contains(const manifest::Manifest& manifest, std::string_view ns) const;

 private:
  std::unordered_set<std::string> targets_;  // `kind/namespace/name`
};

}  // namespace drift::policy
