#include "controller/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "api/gate_words.hpp"
#include "base/time.hpp"
#include "kube/object_display.hpp"

namespace drift::controller {
namespace {

using Step = gate::Decision::Step;

// What follows for one source; the later, the stricter.
enum class Strictness : std::uint8_t { by_itself, asks, holds };

Strictness strictness_of(const gate::Decision& decision) {
  if (decision.step == Step::pass) return Strictness::by_itself;
  const bool asks = decision.step == Step::wait && decision.asking && !decision.asking->overrides;
  return asks ? Strictness::asks : Strictness::holds;
}

std::string hold_of(const gate::Decision& decision, const std::string& severity) {
  if (strictness_of(decision) != Strictness::holds) return {};
  if (decision.asking)
    return fmt::format("the policy stops drift of severity {}: no sync is started until a person starts one",
                       decision.asking->severity);
  return severity.empty() ? decision.reason
                          : fmt::format("drift of severity {}: {}", severity, decision.reason);
}

void take_remediation(Verdict& verdict, const policy::Remediation& other, bool first) {
  auto& all = verdict.remediation;
  if (first) {
    all = other;
    return;
  }
  take_stricter(all, other);
}

// Whether people could still let all of it go on: of what nobody decides no part is touched.
bool only_people_hold(const Comparison& comparison) {
  return std::all_of(comparison.sources.begin(), comparison.sources.end(),
                     [](const SourceComparison& source) {
                       return source.decision.step == Step::pass || source.decision.asking;
                     });
}

ByItself all_by_itself(const Comparison& comparison) {
  ByItself all;
  if (!only_people_hold(comparison)) return all;
  for (const auto& source : comparison.sources) {
    const auto& objects = source.by_itself.objects;
    all.objects.insert(all.objects.end(), objects.begin(), objects.end());
    take_stricter(all.remediation, source.by_itself.remediation);
  }
  return all;
}

void take_objects(Verdict& verdict, const api::Report& report) {
  for (const auto* object : api::worst_first(report)) {
    if (verdict.objects.size() == api::most_incident_objects) {
      ++verdict.more;
      continue;
    }
    verdict.objects.push_back(
        {object->display(), std::string(api::state_name(object->state)), object->severity});
  }
}

Verdict blind_verdict(const Comparison& comparison) {
  Verdict verdict;
  verdict.blind = true;
  verdict.hold = "what differs isn't known: " + comparison.blind;
  for (const auto& [name, severity, action] : comparison.objects)
    verdict.objects.push_back({kube::object_display(name.kind, name.ns, name.name), "differs", severity});
  verdict.more = comparison.more;
  return verdict;
}

bool is_enforced_drift(const SourceComparison& source) {
  return source.decision.cause != api::GateCause::observed &&
         (source.report.drifted() || source.decision.step != Step::pass);
}

}  // namespace

Verdict verdict_of(const Comparison& comparison) {
  if (!comparison.blind.empty()) return blind_verdict(comparison);
  Verdict verdict;
  verdict.nothing = true;
  std::optional<Strictness> strictest;
  for (const auto& source : comparison.sources) {
    if (!is_enforced_drift(source)) continue;
    const auto& report = source.report;
    take_remediation(verdict, source.remediation, verdict.nothing);
    take_objects(verdict, report);
    verdict.escalate_after = earlier(verdict.escalate_after, source.escalate_after);
    for (const auto& channel : source.notify)
      if (std::find(verdict.notify.begin(), verdict.notify.end(), channel) == verdict.notify.end())
        verdict.notify.push_back(channel);
    verdict.nothing = false;
    verdict.drift += (verdict.drift.empty() ? "" : " ") + report.drift;
    const auto strictness = strictness_of(source.decision);
    if (strictest && strictness <= *strictest) continue;
    strictest = strictness;
    verdict.remediation.rollback_on_failure = source.remediation.rollback_on_failure;
    verdict.hold = hold_of(source.decision, report.severity);
    verdict.severity = source.decision.asking ? source.decision.asking->severity : report.severity;
    const auto action = source.actions.find(verdict.severity);
    verdict.action = action == source.actions.end() ? "" : action->second;
  }
  verdict.by_itself = all_by_itself(comparison);
  return verdict;
}

}  // namespace drift::controller
