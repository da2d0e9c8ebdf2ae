#include "outside/kubernetes/api_resources.hpp"

#include <algorithm>
#include <utility>

#include "json/read.hpp"

namespace drift::outside {
namespace {

bool has_get(const rapidjson::Value& resource) {
  const auto* verbs = find_member(resource, "verbs");
  return verbs && verbs->IsArray() &&
         std::any_of(verbs->Begin(), verbs->End(), [](const auto& verb) { return text_of(verb) == "get"; });
}

}  // namespace

std::vector<ApiResource> api_resources(const rapidjson::Value& list) {
  std::vector<ApiResource> all;
  const auto* resources = find_member(list, "resources");
  if (!resources || !resources->IsArray()) return all;
  for (const auto& resource : resources->GetArray()) {
    ApiResource one{text_at(resource, {"kind"}), text_at(resource, {"name"}), true, has_get(resource)};
    const auto* namespaced = find_member(resource, "namespaced");
    if (one.kind.empty() || one.plural.empty() || one.plural.find('/') != std::string::npos) continue;
    if (!namespaced || !namespaced->IsBool()) continue;
    one.namespaced = namespaced->GetBool();
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace drift::outside
