#include "generate/scopes.hpp"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "json/build.hpp"
#include "json/to_yaml.hpp"
#include "kube/kinds.hpp"
#include "policy/policy.hpp"

namespace drift::generate {

std::string scopes(const std::vector<ServedKind>& served) {
  std::set<std::string> cluster, namespaced;
  std::map<std::string, std::string> plurals;
  const kube::KindFacts nothing;
  for (const auto& kind : served) {
    if (kube::is_kubernetes_own(kind.group)) continue;
    const auto name = kind.kind + "." + kind.group;
    const auto scope = kind.namespaced ? kube::Scope::namespaced : kube::Scope::cluster;
    if (kube::scope_of(kind.group, kind.kind, nothing) != scope)
      (kind.namespaced ? namespaced : cluster).insert(name);
    auto known = kube::known_plural(kind.group, kind.kind, nothing);
    if (known.empty()) known = kube::english_plural(kind.kind);
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
  return block_yaml(document);
}

}  // namespace drift::generate
