#include "controller/by_itself.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "controller/rendered.hpp"

namespace drift::controller {
namespace {

using api::ObjectReport;
using api::Plan;

// Git wants now what it wanted at the last success, as far as the plans tell.
bool is_as_before(const Plan& plan, const Plan& base, const ObjectName& object) {
  const auto* now = find_in(plan, object);
  const auto* before = find_in(base, object);
  return now && before && !now->guessed && !now->before_gate && now->can_drift() && now->manifest &&
         now->version == before->version && now->manifest == before->manifest;
}

bool is_known_whole(const ObjectReport& object) {
  if (object.more > 0 || object.guarded_only || !object.base_revision.empty()) return false;
  if (object.state == api::State::deleted) return true;
  return object.state == api::State::drifted && !object.differences.empty() &&
         std::none_of(object.differences.begin(), object.differences.end(),
                      [](const auto& difference) { return difference.change == api::Change::conflict; });
}

bool nobody_is_asked(const Plan& plan, const std::set<std::string>& severities) {
  return !severities.empty() &&
         std::all_of(severities.begin(), severities.end(), [&](const std::string& name) {
           const auto rank = plan.rank(name);
           return rank && !policy::waits(plan.severities[*rank]);
         });
}

bool git_changes(const api::Report& report, const ObjectName& object) {
  const auto& all = report.changes.objects;
  return std::any_of(all.begin(), all.end(), [&](const api::ObjectChange& change) {
    return ObjectName{change.group, change.kind, change.ns, change.name} == object;
  });
}

}  // namespace

void take_stricter(policy::Remediation& all, const policy::Remediation& other) {
  if (other.cooldown)
    all.cooldown = std::max(all.cooldown.value_or(std::chrono::seconds(0)), *other.cooldown);
  if (other.max_retries)
    all.max_retries = all.max_retries ? std::min(*all.max_retries, *other.max_retries) : *other.max_retries;
}

ByItself by_itself(const Plan& plan, const Plan* base, const api::Report& report) {
  ByItself all;
  if (base == nullptr || !report.has_base || !report.base_problem.empty() || plan.observe) return all;
  for (const auto& object : report.objects) {
    if (!api::is_drift(object) || !is_known_whole(object) || !nobody_is_asked(plan, object.met)) continue;
    ObjectName name{object.group, object.kind, object.ns, object.name};
    if (git_changes(report, name) || !is_as_before(plan, *base, name)) continue;
    all.objects.push_back(std::move(name));
    for (const auto& severity : object.met)
      take_stricter(all.remediation, plan.severities[*plan.rank(severity)].remediation);
  }
  return all;
}

}  // namespace drift::controller
