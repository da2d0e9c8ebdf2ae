#include "generate/scopes.hpp"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "json_values.hpp"
#include "manifest/block_yaml.hpp"
#include "policy/policy.hpp"
#include "policy/resource.hpp"

namespace drift::generate {

std::string scopes(const std::vector<ServedKind>& served) {
  std::set<std::string> cluster, namespaced;
  std::map<std::string, std::string> plurals;
  const policy::KindFacts nothing;
  for (const auto& kind : served) {
    if (policy::is_kubernetes_own(kind.group)) continue;
    const auto name = kind.kind + "." + kind.group;
    const auto scope = kind.namespaced ? policy::Scope::namespaced : policy::Scope::cluster;
    if (policy::scope_of(kind.group, kind.kind, nothing) != scope)
      (kind.namespaced ? namespaced : cluster).insert(name);
    auto known = policy::known_plural(kind.group, kind.kind, nothing);
    if (known.empty()) known = policy::english_plural(kind.kind);
    if (known != kind.plural) plurals.emplace(name, kind.plural);
  }
  rapidjson::Document document;
  set(document, {"apiVersion"}, policy::api_version);
  set(document, {"kind"}, policy::policy_kind);
  set(document, {"metadata", "name"}, "kinds");
  set(document, {"spec"}, rapidjson::Value(rapidjson::kObjectType));
  if (!cluster.empty()) set(document, {"spec", "clusterScoped"}, text_list(cluster, document));
  if (!namespaced.empty()) set(document, {"spec", "namespaced"}, text_list(namespaced, document));
  for (const auto& [name, plural] : plurals) set(document, {"spec", "plurals", name}, plural);
  return manifest::block_yaml(document);
}

}  // namespace drift::generate
