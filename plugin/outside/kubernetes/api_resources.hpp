// What a cluster serves, as its discovery lists it (metav1.APIResourceList).
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <vector>

namespace drift::outside {

struct ApiResource {
  std::string kind, plural;
  bool namespaced = true;
  bool can_get = false;
};

// The resources of one version of a group, in the list's order: without subresources (`rollouts/status`), which are of a kind of
// their own or the same, and without what says neither kind, plural nor scope.
std::vector<ApiResource> api_resources(const rapidjson::Value& list);

}  // namespace drift::outside
