#include "controller/rollback.hpp"

#include <fmt/format.h>

#include "controller/incident_steps.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentRollback;
using api::IncidentState;

// What a person who ends an operation leaves (argo-cd 3.6.1, gitops-engine pkg/sync/sync_context.go Terminate).
constexpr std::string_view ended_by_person = "Operation terminated";

bool was_begun(const Incident& incident) {
  return incident.rollback && !incident.rollback->to.empty();
}

// One of its syncs, perhaps that before the rollback.
bool is_of_incident(const Summary& summary, const Incident& incident) {
  return summary.operation && summary.operation->attempt.starts_with(incident.id + '/');
}

Outlook ended(const Incident& incident, const Operation& operation, Time now) {
  const auto& rollback = *incident.rollback;
  if (operation.phase == "Succeeded")
    return saved_as(incident, IncidentState::rolled_back,
                    fmt::format("rolled back to {}, until Git has another revision than {}: {}", rollback.to,
                                rollback.from, rollback.why),
                    now);
  const auto how = operation.gate_failed ? "was refused by its gate" : "ended as " + operation.phase;
  return saved_as(incident, IncidentState::rollback_failed,
                  fmt::format("the rollback to {} {}: {}", rollback.to, how, message_of(operation)), now);
}

std::string why_back(const Incident& incident, const Summary& summary) {
  return incident.rollback ? incident.rollback->why : failure_of_sync(incident, summary);
}

// What Argo CD compares is known now, and not only what it was before.
bool knows_revision(State state) {
  return state == State::synced || state == State::drifted || state == State::git_changed ||
         state == State::rolled_back || state == State::source_changed;
}

// Nothing was seen of it yet.
Outlook unseen(const Incident& incident, const Known& known, Time now) {
  const auto late = incident.last_attempt.value_or(now) + seen_within;
  if (now < late) return {Next::nothing, std::nullopt, late};
  const bool may = known.summary.gated && known.summary.has_plugin &&
                   (known.judgement.state == State::drifted || known.judgement.state == State::synced);
  return may ? Outlook{Next::roll_back, std::nullopt, std::nullopt} : Outlook{};
}

// The rollback is over, and Git is where it was.
Outlook afterwards(const Incident& incident, const Known& known, Time now) {
  const auto& summary = known.summary;
  const bool synced = known.judgement.state == State::synced;
  if (!is_of_it(summary, incident)) {
    if (synced)
      return saved_as(incident, IncidentState::resolved, "in sync again, by somebody else's doing", now);
    if (incident.state == IncidentState::rolled_back)
      return saved(superseded(incident, "another sync has followed the rollback", now));
    return {};
  }
  // Both versions want the same. Before Argo CD has compared anew it may still say that of the sync before.
  const auto& finished = summary.operation->finished;
  const bool compared_since = finished && summary.reconciled && *summary.reconciled > *finished;
  if (synced && compared_since && incident.state == IncidentState::rolled_back)
    return saved_as(incident, IncidentState::resolved, "in sync after the rollback", now);
  return {};
}

}  // namespace

bool is_rollback(IncidentState state) {
  return state == IncidentState::rolling_back || state == IncidentState::rolled_back ||
         state == IncidentState::rollback_failed;
}

std::string failure_of_sync(const Incident& incident, const Summary& summary) {
  if (!incident.rolls_back || was_begun(incident) || !is_of_it(summary, incident)) return {};
  const auto& operation = *summary.operation;
  const bool failed = operation.phase == "Failed" || operation.phase == "Error";
  if (operation.busy || !failed || !operation.gate_passed || operation.message == ended_by_person) return {};
  return how_it_ended(incident, operation);
}

std::string degraded_by_sync(const Incident& incident, const Summary& summary) {
  if (!incident.rolls_back || was_begun(incident) || !is_of_it(summary, incident)) return {};
  const auto& operation = *summary.operation;
  const auto started = parse_time(operation.started);
  if (operation.phase != "Succeeded" || !summary.degraded_since || !started || !operation.finished) return {};
  const auto since = *summary.degraded_since;
  if (since < *started || since > *operation.finished + degraded_within) return {};
  return fmt::format("the application became Degraded after sync {}, at {}", incident.attempts,
                     time_text(since));
}

Incident failed_in_sync(Incident incident, const Summary& summary, const std::string& why, Time now) {
  incident.rollback = IncidentRollback{summary.compared.shown, summary.compared.digest(), why, {}, 0};
  return moved(std::move(incident), IncidentState::failed, why, now);
}

Incident rolling_back(Incident incident, const HistoryEntry& to, const Summary& summary, Time now) {
  const auto why = why_back(incident, summary);
  incident.rollback =
      IncidentRollback{summary.compared.shown, summary.compared.digest(), why, to.version.shown, to.id};
  ++incident.attempts;
  incident.last_attempt = now;
  auto reason = fmt::format("a rollback to {} is asked for: {}", to.version.shown, why);
  return moved(std::move(incident), IncidentState::rolling_back, std::move(reason), now);
}

Incident before_rollback(Incident incident, const Known& known) {
  if (incident.state != IncidentState::rolling_back) return incident;
  --incident.attempts;
  incident.rollback->to.clear();
  if (is_drifted(known)) incident.rollback.reset();
  return incident;
}

Incident not_rolled_back(Incident incident, const Summary& summary, const std::string& why_not, Time now) {
  const auto why = why_back(incident, summary);
  return due_at(moved(std::move(incident), IncidentState::exhausted,
                      fmt::format("{}. It isn't rolled back: {}", why, why_not), now),
                now + stopped_for);
}

Outlook look_at_rollback(const Incident& incident, const Known& known, Time now) {
  const auto& summary = known.summary;
  const auto state = known.judgement.state;
  const bool is_under_way = incident.state == IncidentState::rolling_back;
  if (state == State::syncing) return is_under_way ? while_under_way(incident, known, now) : Outlook{};
  if (is_under_way && is_of_it(summary, incident)) return ended(incident, *summary.operation, now);
  if (knows_revision(state) && summary.compared.digest() != incident.rollback->failed)
    return saved(superseded(incident, "Git has moved on to " + summary.compared.shown, now));
  const bool others = incident.last_attempt && !is_of_incident(summary, incident) &&
                      began_since(summary, *incident.last_attempt);
  if (!is_under_way) return knows_revision(state) ? afterwards(incident, known, now) : Outlook{};
  if (!others) return unseen(incident, known, now);
  if (!knows_revision(state)) return {};
  if (state == State::synced) return afterwards(incident, known, now);
  return saved_as(
      incident, IncidentState::rollback_failed,
      fmt::format("another operation took the place of the rollback to {}", incident.rollback->to), now);
}

}  // namespace drift::controller
