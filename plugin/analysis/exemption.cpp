#include "analysis/exemption.hpp"

#include <algorithm>

#include "json/canonical.hpp"
#include "json/members.hpp"
#include "json/pointer.hpp"

namespace drift::analysis {

Exemption::Exemption(const std::vector<std::string>& ignored, const Managers& managers,
                     const rapidjson::Value& applied, std::string_view base_written)
    : ignored_(ignored), managers_(managers), applied_(applied), base_written_(base_written) {}

bool Exemption::holds(const Found& found) const {
  if (lies_under(found.pointer, ignored_)) return true;
  if (!found.live) return false;  // who removed a field, nobody writes down
  const auto owners = managers_.owners(found.live_pointer);
  if (owners.empty()) return false;
  const auto& last = owners.front();
  // The horizontal autoscaler is part of the controller manager, and scales through the subresource.
  if (found.pointer == "/spec/replicas" && last.subresource == "scale" &&
      last.manager == "kube-controller-manager")
    return true;
  return written_by_argocd(found, owners);
}

// Anybody can call himself so. But what was written after the last success under this name is either what a sync
// applied since, which Argo CD notes down, or suspicious; and so is a list of which only the elements have owners, since
// others may have been taken out of it.
bool Exemption::written_by_argocd(const Found& found, const std::vector<Managers::Owner>& owners) const {
  const bool all = std::all_of(owners.begin(), owners.end(), [](const Managers::Owner& owner) {
    return owner.manager == argocd_manager && owner.whole;
  });
  if (!all) return false;
  const bool since = base_written_.empty() ||
                     std::any_of(owners.begin(), owners.end(),
                                 [&](const auto& owner) { return later(owner.time, base_written_); });
  if (!since) return true;
  const auto* value = resolve(applied_, found.live_pointer);
  return value && canonical(*value) == canonical(*found.live);
}

bool lies_under(std::string_view pointer, const std::vector<std::string>& patterns) {
  if (patterns.empty() || pointer.empty()) return false;
  const auto tokens = parse_pointer(pointer).tokens;
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    const auto wanted = parse_pointer(pattern).tokens;
    return wanted.size() <= tokens.size() &&
           std::equal(wanted.begin(), wanted.end(), tokens.begin(),
                      [](const auto& a, const auto& b) { return a == "*" || a == b; });
  });
}

}  // namespace drift::analysis
