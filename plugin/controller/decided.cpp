#include "controller/decided.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "controller/put_back.hpp"
#include "controller/rollback.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;

Incident new_incident(const Known& known, Time now) {
  Incident incident;
  const auto& summary = known.summary;
  const bool drifted = is_drifted(known);
  incident.detected = drifted ? known.judgement.drifted_since.value_or(now) : now;
  if (!drifted) incident.commit = summary.compared.digest();
  incident.changed = now;
  incident.ns = summary.ns;
  incident.application = summary.name;
  incident.uid = summary.uid;
  incident.id = api::incident_id(summary.ns, summary.name, summary.uid, incident.detected, incident.commit);
  return incident;
}

// One of its objects drifts again, soon after its last sync.
bool goes_on(const Incident& last, const Known& known, const Verdict& verdict, Time now) {
  if (last.state != IncidentState::resolved || is_commit(last) || last.uid != known.summary.uid ||
      !last.last_attempt)
    return false;
  if (now >= *last.last_attempt + same_incident_within) return false;
  return std::any_of(verdict.objects.begin(), verdict.objects.end(), [&last](const auto& one) {
    return std::any_of(last.objects.begin(), last.objects.end(),
                       [&one](const auto& other) { return one.object == other.object; });
  });
}

// Until when the policy's cooldown lets no sync start after one of an incident before; nothing: one may.
std::optional<Time> cooldown_of(const Incident* last, const policy::Remediation& remediation, Time now) {
  if (last == nullptr || is_commit(*last) || !last->last_attempt || !remediation.cooldown)
    return std::nullopt;
  const auto end = end_of_sync(*last) + *remediation.cooldown;
  return now < end ? std::optional<Time>(end) : std::nullopt;
}

std::string attempts_of(const Incident& incident) {
  return quantity(incident.attempts, "sync");
}

// With what is known of the drift now.
Incident with(Incident incident, const Known& known, const Verdict& verdict) {
  incident.severity = verdict.severity;
  incident.action = verdict.action;
  incident.notify = verdict.notify;
  incident.drift = verdict.drift;
  incident.revision = known.summary.compared.shown;
  incident.objects = verdict.objects;
  incident.more = verdict.more;
  incident.escalate_after = verdict.escalate_after;
  incident.rolls_back = verdict.remediation.rollback_on_failure;
  return incident;
}

// A sync of what ran none last time may run none again.
bool ran_no_gate(const Known& known) {
  const auto& signs = known.judgement.bypasses;
  return std::any_of(signs.begin(), signs.end(),
                     [](const Bypass& sign) { return sign.kind == BypassKind::no_gate; });
}

std::string hold_of(const Known& known, const Verdict& verdict) {
  if (!verdict.hold.empty()) return verdict.hold;
  if (ran_no_gate(known))
    return "the last full sync ran no gate, so that another one may run none; a person has to start one that "
           "does";
  return {};
}

// Of an incident that had syncs, or whose application had: whether another one may start.
Decided retried(const Incident& incident, const Incident* last, const Known& known,
                const policy::Remediation& remediation, Time now) {
  const auto most = remediation.max_retries.value_or(default_max_retries) + std::uint64_t{1};
  if (incident.attempts >= most) {
    if (!failure_of_sync(incident, known.summary).empty()) return {incident, Act::roll_back};
    auto why = fmt::format(
        "{} didn't end the drift, and the policy allows no more: somebody or something "
        "changes it back, or it can't be put back",
        attempts_of(incident));
    return {due_at(moved(incident, IncidentState::exhausted, std::move(why), now), now + stopped_for),
            Act::nothing};
  }
  if (!incident.last_attempt) {
    const auto end = cooldown_of(last, remediation, now);
    if (!end) return {incident, Act::sync};
    return {due_at(moved(incident, IncidentState::held,
                         "the policy's cooldown lasts until " + time_text(*end), now),
                   *end),
            Act::nothing};
  }
  const auto next = end_of_sync(incident) + cooldown_after(incident.attempts, remediation);
  if (now >= next) return {incident, Act::sync};
  auto why = incident.state == IncidentState::failed
                 ? incident.reason
                 : fmt::format("it drifted again after {}", attempts_of(incident));
  return {due_at(moved(incident, IncidentState::failed, std::move(why), now), next), Act::nothing};
}

// What was known of its drift stays: a person's no, and whom it was told to.
Decided blinded(const Incident& incident, const Verdict& verdict, Time now) {
  const bool stays = incident.state == IncidentState::refused || incident.state == IncidentState::exhausted ||
                     incident.state == IncidentState::syncing;
  if (stays) return {due_at(incident, now + held_for), Act::nothing};
  return {due_at(moved(incident, IncidentState::held, verdict.hold, now), now + held_for), Act::nothing};
}

Decided decide_all(const Past& past, const Known& known, const Verdict& verdict, Time now) {
  if (verdict.blind && past.open) return blinded(*past.open, verdict, now);
  if (verdict.nothing) {
    if (past.open == nullptr) return {};
    return {superseded(*past.open, "what differs is no drift under today's policy", now), Act::nothing};
  }
  const bool again = past.open == nullptr && past.last && goes_on(*past.last, known, verdict, now);
  const auto* before = again ? past.last : past.open;
  const bool same_drift = before && !verdict.drift.empty() && before->drift == verdict.drift;
  const auto incident = with(before ? *before : new_incident(known, now), known, verdict);
  if (incident.state == IncidentState::refused && same_drift)
    return {due_at(incident, now + stopped_for), Act::nothing};
  if (auto hold = hold_of(known, verdict); !hold.empty()) {
    const auto pause = verdict.drift.empty() ? held_for : stopped_for;
    return {due_at(moved(incident, IncidentState::held, std::move(hold), now), now + pause), Act::nothing};
  }
  // Nothing was seen of this attempt.
  if (incident.state == IncidentState::syncing) return {incident, Act::sync};
  return retried(incident, past.last, known, verdict.remediation, now);
}

}  // namespace

std::chrono::seconds cooldown_after(std::uint64_t attempts, const policy::Remediation& remediation) {
  const auto cooldown = remediation.cooldown.value_or(default_cooldown);
  const auto doublings = std::min<std::uint64_t>(attempts > 0 ? attempts - 1 : 0, 12);
  return std::min(cooldown * (1 << doublings), std::max(cooldown, longest_cooldown_grown));
}

Time end_of_sync(const Incident& incident) {
  if (incident.ended) return std::max(*incident.last_attempt, *incident.ended);
  if (incident.state == IncidentState::failed) return std::max(*incident.last_attempt, incident.changed);
  return *incident.last_attempt;
}

Decided decide(const Past& past, const Known& known, const Verdict& verdict, Time now) {
  auto decided = decide_all(past, known, verdict, now);
  return ran_no_gate(known) ? decided : with_put_back(std::move(decided), past, known.summary, verdict, now);
}

Decided decide_commit(const Past& past, const Known& known, const Verdict& verdict, Time now) {
  const auto before = past.open ? *past.open : new_incident(known, now);
  auto incident = with(before, known, verdict);
  incident.rolls_back = false;
  const bool asked = incident.state == IncidentState::syncing;  // and nothing was seen of it
  if (asked && verdict.blind) return {due_at(before, now + held_for), Act::nothing};
  if (auto hold = hold_of(known, verdict); !hold.empty()) {
    const auto pause = verdict.blind ? held_for : stopped_for;
    return {due_at(moved(incident, IncidentState::held, std::move(hold), now), now + pause), Act::nothing};
  }
  return {incident, Act::sync};
}

}  // namespace drift::controller
