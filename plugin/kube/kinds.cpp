#include "kube/kinds.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "base/text.hpp"
#include "kube/known_kinds.hpp"
#include "kube/sync.hpp"

namespace drift::kube {
namespace {

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_kind(std::string_view kind) {
  return !kind.empty() && kind.size() <= 63 && std::isalpha(static_cast<unsigned char>(kind[0])) &&
         std::all_of(kind.begin(), kind.end(), is_alphanumeric);
}

// RBAC takes `*` for everything, so nothing but what a name can hold may come through.
bool is_dns_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return name.size() <= 253 && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

bool is_kubernetes_own(std::string_view group) {
  static const std::unordered_set<std::string_view> groups = {"admissionregistration.k8s.io",
                                                              "apiextensions.k8s.io",
                                                              "apiregistration.k8s.io",
                                                              "authentication.k8s.io",
                                                              "authorization.k8s.io",
                                                              "certificates.k8s.io",
                                                              "coordination.k8s.io",
                                                              "discovery.k8s.io",
                                                              "events.k8s.io",
                                                              "flowcontrol.apiserver.k8s.io",
                                                              "internal.apiserver.k8s.io",
                                                              "lifecycle.k8s.io",
                                                              "networking.k8s.io",
                                                              "node.k8s.io",
                                                              "rbac.authorization.k8s.io",
                                                              "resource.k8s.io",
                                                              "scheduling.k8s.io",
                                                              "storage.k8s.io",
                                                              "storagemigration.k8s.io"};
  return group.find('.') == std::string_view::npos || groups.contains(group);
}

bool tells_its_outcome(std::string_view group, std::string_view kind) {
  return (group == "batch" && kind == "Job") || (group.empty() && kind == "Pod") ||
         (group == "argoproj.io" && kind == "Workflow");
}

std::string english_plural(std::string_view kind) {
  auto word = lower_case(kind);
  const auto ends = [&](std::string_view end) { return word.ends_with(end); };
  if (ends("endpoints")) return word;
  if (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh")) return word + "es";
  const bool consonant_y = word.size() > 1 && ends("y") &&
                           std::string_view("aeiou").find(word[word.size() - 2]) == std::string_view::npos;
  if (!consonant_y) return word + "s";
  word.pop_back();
  return word + "ies";
}

namespace {

// https://github.com/open-policy-agent/frameworks/blob/master/constraint/pkg/client/crds/crd_helpers.go: all kinds that
// Gatekeeper makes of templates.
constexpr std::string_view constraints = "constraints.gatekeeper.sh";

bool matches_any(const std::vector<Glob>& globs, std::string_view name) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(name); });
}

std::string full_name(std::string_view group, std::string_view kind) {
  std::string name(kind);
  return name.append(".").append(group);
}

}  // namespace

Scope scope_of(std::string_view group, std::string_view kind, const KindFacts& platform) {
  const auto* known = known_kind(group, kind);
  const bool asked = !platform.cluster_scoped.empty() || !platform.namespaced.empty();
  if (asked && !(known && is_kubernetes_own(group))) {
    const auto name = full_name(group, kind);
    if (matches_any(platform.cluster_scoped, name)) return Scope::cluster;
    if (matches_any(platform.namespaced, name)) return Scope::namespaced;
  }
  if (known) return known->namespaced ? Scope::namespaced : Scope::cluster;
  return group == constraints ? Scope::cluster : Scope::unknown;
}

std::string known_plural(std::string_view group, std::string_view kind, const KindFacts& platform) {
  const auto* known = known_kind(group, kind);
  if (!platform.plurals.empty() && !(known && is_kubernetes_own(group))) {
    const auto name = full_name(group, kind);
    for (const auto& [listed, plural] : platform.plurals)
      if (listed == name) return plural;
  }
  if (known) return known->plural();
  return group == constraints ? lower_case(kind) : std::string();
}

Resources::Resources(const manifest::Manifests& manifests, const KindFacts& platform) : platform_(platform) {
  for (const auto& manifest : manifests.objects()) {
    if (manifest.kind != "CustomResourceDefinition" || manifest.group != "apiextensions.k8s.io") continue;
    // `Skip` applies it never, and of any other hook nobody knows whether it is applied before the objects of its kind.
    if (is_hook(manifest)) continue;
    const yaml::Node spec = manifest.object.find("spec");
    const yaml::Node names = spec.find("names");
    const auto text = [](const yaml::Node& node) {
      return node.is_string() ? node.text() : std::string_view();
    };
    const auto group = text(spec.find("group")), kind = text(names.find("kind"));
    const auto plural = text(names.find("plural"));
    // A definition in such a group would give a built-in kind another name, and what is called wrongly isn't inspected.
    if (is_kubernetes_own(group) || !is_dns_name(group) || plural.empty() || !is_dns_name(plural)) continue;
    // Of two that define the same kind Argo CD applies the last one last.
    custom_.insert_or_assign({std::string(group), std::string(kind)},
                             Resource{std::string(plural), text(spec.find("scope")) != "Cluster", true});
  }
}

Resource Resources::of(std::string_view group, std::string_view kind) const {
  if (!is_kind(kind) || !is_dns_name(group)) return {};
  const auto scope = scope_of(group, kind, platform_);
  Resource resource{known_plural(group, kind, platform_), scope != Scope::cluster, false};
  const auto custom = custom_.find(std::pair(std::string(group), std::string(kind)));
  const Resource likely =
      custom != custom_.end() ? custom->second : Resource{english_plural(kind), true, true};
  resource.guessed = resource.plural.empty() || scope == Scope::unknown;
  if (resource.plural.empty()) resource.plural = likely.plural;
  if (scope == Scope::unknown) resource.namespaced = likely.namespaced;
  return resource;
}

}  // namespace drift::kube
