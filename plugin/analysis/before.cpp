#include "analysis/before.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace drift::analysis {
namespace {

// Groups that serve the same objects of a kind, so that one object can be written as of either.
// https://github.com/kubernetes/kubernetes/blob/v1.15.0/pkg/kubeapiserver/default_storage_factory_builder.go (extensions, events),
// https://docs.openshift.com/container-platform/4.18/rest_api/role_apis/role-apis-index.html,
// https://docs.tigera.io/calico/latest/operations/install-apiserver
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> shared_groups = {{
    {"apps", "extensions"},
    {"networking.k8s.io", "extensions"},
    {"policy", "extensions"},
    {"", "events.k8s.io"},
    {"rbac.authorization.k8s.io", "authorization.openshift.io"},
    {"crd.projectcalico.org", "projectcalico.org"},
}};

// The groups in which an object of this one may have been written.
std::vector<std::string> groups_of(const std::string& group) {
  std::vector<std::string> groups = {group};
  for (const auto& [a, b] : shared_groups) {
    if (a == group) groups.emplace_back(b);
    if (b == group) groups.emplace_back(a);
  }
  return groups;
}

std::string key(std::string_view a, std::string_view b, std::string_view c) {
  return fmt::format("{}/{}/{}", a, b, c);
}

// Of two that may be meant, one that Git had at the last success comes before one that had left it.
BaseObjects::Found only_one(const std::vector<Before>& candidates) {
  if (candidates.size() == 1) return {candidates.front(), false};
  std::vector<Before> current;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(current),
               [](const Before& candidate) { return candidate.orphan == nullptr; });
  if (current.size() == 1) return {current.front(), false};
  return {{}, !candidates.empty()};
}

}  // namespace

BaseObjects::BaseObjects(const api::Plan& plan, const api::Plan* base) {
  if (!base) return;
  for (const auto& object : plan.objects)
    if (!object.name.empty()) planned_.insert(object.identity());
  const auto add = [&](const Before& before) {
    const auto& object = *before.object;
    if (!by_identity_.emplace(object.identity(), before).second || planned_.contains(object.identity()))
      return;
    by_name_[key(object.group, object.kind, object.name)].push_back(before);
    by_place_[key(object.kind, object.ns, object.name)].push_back(before);
  };
  for (const auto& object : base->objects)
    if (object.can_drift()) add({&object, nullptr});
  for (const auto& orphan : base->orphans.objects) add({&orphan.object, &orphan});
}

// Two are enough to know that it may be any of several.
void BaseObjects::collect(const List& list, List& candidates) const {
  for (const auto& before : list) {
    if (candidates.size() == 2) return;
    if (left(*before.object)) candidates.push_back(before);
  }
}

// Without looking at all objects of a name, of which there may be one in each of many namespaces.
BaseObjects::List BaseObjects::moved(const api::PlannedObject& planned) const {
  List candidates;
  api::PlannedObject other;
  other.kind = planned.kind;
  other.name = planned.name;
  for (const auto& group : groups_of(planned.group)) {
    if (planned.ns.empty() || planned.guessed) {
      const auto list = by_name_.find(key(group, planned.kind, planned.name));
      if (list != by_name_.end()) collect(list->second, candidates);
      continue;
    }
    other.group = group;
    for (const auto& ns : {planned.ns, std::string()}) {
      other.ns = ns;
      const auto found = by_identity_.find(other.identity());
      if (found != by_identity_.end() && !planned_.contains(found->first))
        candidates.push_back(found->second);
    }
  }
  return candidates;
}

BaseObjects::Found BaseObjects::take(const api::PlannedObject& planned) {
  if (const auto found = by_identity_.find(planned.identity()); found != by_identity_.end()) {
    const auto before = found->second;
    by_identity_.erase(found);
    return {before, false};
  }
  if (planned.name.empty() || by_identity_.empty()) return {};
  const auto found = only_one(moved(planned));
  if (found.before.object) by_identity_.erase(found.before.object->identity());
  return found;
}

BaseObjects::Found BaseObjects::in_another_group(const api::PlannedObject& planned) const {
  const auto list = by_place_.find(key(planned.kind, planned.ns, planned.name));
  if (list == by_place_.end()) return {};
  List candidates;
  collect(list->second, candidates);
  return only_one(candidates);
}

}  // namespace drift::analysis
