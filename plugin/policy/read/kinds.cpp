// `clusterScoped`, `namespaced` and `plurals`: what the platform knows of kinds.
#include "kube/kinds.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "kube/known_kinds.hpp"
#include "policy/read/read.hpp"

namespace drift::policy {
namespace {

// Kubernetes' own are the same in every cluster.
void check_not_known(const Setting& setting, std::string_view name) {
  const auto dot = name.find('.');
  const auto kind = name.substr(0, dot), group = name.substr(std::min(dot + 1, name.size()));
  if (dot != std::string_view::npos && kube::is_kubernetes_own(group) && kube::known_kind(group, kind))
    setting.mistake(fmt::format("{} is a kind of Kubernetes' own; expected one of a CustomResourceDefinition",
                                in_quotes(name)));
}

std::vector<Glob> read_names(const Setting& list) {
  std::vector<Glob> names;
  for (const auto& item : list.items()) {
    names.emplace_back(item.text());
    check_not_known(item, names.back().text);
  }
  return names;
}

bool is_full_name(std::string_view name) {
  const auto dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < name.size() &&
         name.find_first_of("*?/ ") == std::string_view::npos;
}

}  // namespace

kube::KindFacts read_kind_facts(const Setting& spec) {
  kube::KindFacts facts;
  facts.cluster_scoped = read_names(spec["clusterScoped"]);
  const auto namespaced = spec["namespaced"];
  facts.namespaced = read_names(namespaced);
  for (const auto& item : namespaced.items()) {
    const auto same = [&](const Glob& other) { return other.text == item.text(); };
    if (std::any_of(facts.cluster_scoped.begin(), facts.cluster_scoped.end(), same))
      item.mistake(
          fmt::format("{} is listed under clusterScoped too; expected it in one", in_quotes(item.text())));
  }
  for (const auto& [name, plural] : spec["plurals"].entries()) {
    if (!is_full_name(name))
      plural.mistake(fmt::format("{} is no kind; expected Kind.group, without wildcards", in_quotes(name)));
    check_not_known(plural, name);
    facts.plurals.emplace_back(name, plural.text());
  }
  return facts;
}

}  // namespace drift::policy
