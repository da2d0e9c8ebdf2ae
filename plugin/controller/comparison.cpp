#include "controller/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/plan_json.hpp"
#include "base/keys.hpp"
#include "base/text.hpp"
#include "json/canonical.hpp"
#include "json/members.hpp"

namespace drift::controller {
namespace {

using gate::Decision;
using rapidjson::Value;

Actions actions_of(const api::Plan& plan) {
  Actions actions;
  for (const auto& severity : plan.severities)
    actions.emplace(severity.name, api::action_name(severity.remediation.action));
  return actions;
}

// Those under the plugin's keys, as text.
std::string marks_of(const Value& object) {
  JsonObject marks;
  for (const auto* map : {"labels", "annotations"}) {
    const auto* all = member(member(&object, "metadata"), map);
    if (!all || !all->IsObject()) continue;
    for (const auto& entry : all->GetObject()) {
      const std::string key(string_of(&entry.name));
      if (written_by_us(key)) marks.text(map + key, string_of(&entry.value));
    }
  }
  return marks.str();
}

const api::PlannedObject* find_in(const Plans& plans, const ObjectName& object, const api::Plan*& plan) {
  for (const auto& [name, each] : plans) {
    const auto* found = find_in(each, object);
    if (!found) continue;
    plan = &each;
    return found;
  }
  return nullptr;
}

}  // namespace

Comparison compare(const Plans& target, const Plans& base, const analysis::Live& live, Time now) {
  Comparison comparison;
  for (const auto& [name, plan] : target) {
    const auto before = base.find(name);
    const auto* base_plan = before == base.end() ? nullptr : &before->second;
    comparison.other_policy =
        comparison.other_policy || (base_plan && base_plan->policy_digest != plan.policy_digest);
    auto report = analysis::analyse(plan, base_plan, live);
    auto decision = gate::decide_unanswered(plan, report, now);
    SourceComparison source{std::move(report), std::move(decision), actions_of(plan), {}, {}, {}, {}};
    if (const auto rank = plan.rank(source.report.severity)) {
      source.remediation = plan.severities[*rank].remediation;
      source.notify = plan.severities[*rank].notify;
      source.escalate_after = plan.severities[*rank].approval.escalate_after;
    }
    if (source.decision.asking) source.escalate_after = source.decision.asking->escalate_after;
    if (source.decision.asking) source.by_itself = by_itself(plan, base_plan, source.report);
    comparison.sources.push_back(std::move(source));
  }
  return comparison;
}

Comparison compare_blindly(const Summary& summary, const Plans& target, const std::string& why) {
  Comparison comparison;
  comparison.blind = why;
  for (const auto& object : summary.differing) {
    BlindObject blind{object, {}, {}};
    const api::Plan* plan = nullptr;
    if (const auto* planned = find_in(target, object, plan)) {
      blind.severity = plan->name(planned->severity);
      blind.action = api::action_name(plan->severities[planned->severity].remediation.action);
    }
    comparison.objects.push_back(std::move(blind));
  }
  comparison.more =
      summary.out_of_sync - std::min<std::uint64_t>(summary.out_of_sync, comparison.objects.size());
  return comparison;
}

bool marks_differ(const Value& target, const Value& live) {
  return target.IsObject() && live.IsObject() && marks_of(target) != marks_of(live);
}

std::string what_a_sync_does(const Decision& decision) {
  if (decision.step == Decision::Step::wait && decision.asking) {
    const auto& asking = *decision.asking;
    return fmt::format("would wait for {} of severity {}",
                       quantity(asking.needed, asking.overrides ? "override" : "approval"), asking.severity);
  }
  if (decision.step != Decision::Step::pass) return "would be refused: " + decision.reason;
  switch (decision.cause) {
    case api::GateCause::first_sync:
      return "has nothing to compare with";
    case api::GateCause::no_drift:
      return "would find no drift";
    case api::GateCause::observed:
      return "would only report it: the policy observes";
    default:
      return "would put it back by itself";
  }
}

}  // namespace drift::controller
