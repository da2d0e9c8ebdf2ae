#include "controller/remediation.hpp"

#include <fmt/format.h>

#include "controller/commits.hpp"
#include "controller/escalation.hpp"
#include "controller/put_back.hpp"
#include "controller/rollback.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;

std::string how_it_came(const Incident& incident, const Known& known) {
  if (is_of_it(known.summary, incident)) return fmt::format("in sync after sync {}", incident.attempts);
  if (is_put_back_of(known.summary, incident)) return "in sync after what goes by itself was put back";
  return "in sync again, by somebody else's doing";
}

// Why an incident is over that nobody has resolved; empty: it isn't.
std::string why_superseded(const Incident& incident, const Known& known) {
  if (known.summary.uid != incident.uid) return "the Application was deleted and made anew";
  if (!known.summary.gated && known.judgement.state != State::gone)
    return "the Application is no longer gated";
  const auto state = known.judgement.state;
  if (state == State::gone || state == State::deleting) return "the Application is deleted";
  // What was rolled back differs from Git.
  if (is_rollback(incident.state)) return {};
  switch (state) {
    case State::git_changed:
      if (is_commit(incident)) return {};
      return "Git has moved on to " + known.summary.compared.shown;
    case State::rolled_back:
      return is_commit(incident) ? std::string() : "the application was rolled back";
    case State::source_changed:
      return "the Application has another source";
    case State::never_synced:
      return "the Application has no sync in its history";
    default:
      return {};
  }
}

// It still differs, and a sync was asked for.
Outlook after_sync(const Incident& incident, const Known& known, Time now) {
  if (is_of_it(known.summary, incident)) {
    const auto& operation = *known.summary.operation;
    if (operation.gate_failed)
      return saved_as(
          incident, IncidentState::refused,
          fmt::format("the gate of sync {} refused: {}", incident.attempts, message_of(operation)), now);
    if (operation.phase == "Succeeded")
      return saved_as(incident, IncidentState::failed,
                      fmt::format("sync {} succeeded, and it differs again", incident.attempts), now);
    return saved_as(incident, IncidentState::failed, how_it_ended(incident, operation), now);
  }
  if (incident.last_attempt && began_since(known.summary, *incident.last_attempt) &&
      !is_put_back_of(known.summary, incident))
    return saved_as(incident, IncidentState::failed,
                    fmt::format("another operation took the place of sync {}", incident.attempts), now);
  const auto late = incident.last_attempt ? *incident.last_attempt + seen_within : now;
  if (now < late) return {Next::nothing, std::nullopt, late};
  return {Next::compare, std::nullopt, std::nullopt};
}

Outlook without_incident(const Known& known, const Rules& rules, Time now) {
  const auto& judgement = known.judgement;
  if (follows_commits(known.summary, rules.sync_commits) && is_new_commit(known))
    return {Next::compare, std::nullopt, std::nullopt};
  if (judgement.state != State::drifted) return {};
  const auto settled = judgement.drifted_since.value_or(judgement.since) + rules.settle;
  if (now < settled) return {Next::nothing, std::nullopt, settled};
  return {Next::compare, std::nullopt, std::nullopt};
}

// Of drift that is put back, as far as that was a matter of syncs.
Outlook in_sync(const Incident& open, const Known& known, Time now) {
  auto why = failure_of_sync(open, known.summary);
  if (why.empty()) why = degraded_by_sync(open, known.summary);
  // In any other state it was put back by somebody else, unless it was in sync when it failed.
  const bool counts = open.state == IncidentState::syncing || open.rollback;
  if (why.empty() || !counts) {
    return saved_as(without_due_rollback(open), IncidentState::resolved, how_it_came(open, known), now);
  }
  if (open.state == IncidentState::syncing) return saved(failed_in_sync(open, known.summary, why, now));
  if (open.next && now < *open.next) return {Next::nothing, std::nullopt, open.next};
  return {Next::roll_back, std::nullopt, std::nullopt};
}

Outlook without_open(const Incident* last, const Known& known, const Rules& rules, Time now) {
  if (last && last->state == IncidentState::resolved && known.judgement.state == State::synced &&
      last->uid == known.summary.uid) {
    const auto why = degraded_by_sync(*last, known.summary);
    if (!why.empty()) return saved(failed_in_sync(*last, known.summary, why, now));
  }
  return without_incident(known, rules, now);
}

}  // namespace

Outlook saved(Incident incident) {
  return {Next::save, std::move(incident), std::nullopt};
}

Outlook saved_as(const Incident& incident, IncidentState state, std::string reason, Time now) {
  return saved(moved(incident, state, std::move(reason), now));
}

Outlook while_under_way(const Incident& incident, const Known& known, Time now) {
  if (!is_of_it(known.summary, incident) || !known.summary.operation->phase.empty() || !incident.last_attempt)
    return {};
  const auto late = *incident.last_attempt + begins_within;
  if (now < late) return {Next::nothing, std::nullopt, late};
  return {Next::nudge, std::nullopt, now + begins_within};
}

namespace {

Outlook by_state(const Past& past, const Known& known, const Rules& rules, Time now) {
  const auto state = known.judgement.state;
  const bool is_ours = known.summary.gated && known.summary.has_plugin;
  if (past.open == nullptr) return is_ours ? without_open(past.last, known, rules, now) : Outlook{};
  const auto& open = *past.open;
  if (api::put_back_under_way(open) && open.uid == known.summary.uid && state != State::gone)
    return look_at_put_back(open, known, now);
  if (const auto why = why_superseded(open, known); !why.empty()) return saved(superseded(open, why, now));
  if (is_commit(open))
    return look_at_commit(open, known, follows_commits(known.summary, rules.sync_commits), now);
  if (is_rollback(open.state)) return look_at_rollback(open, known, now);
  if (state == State::synced)
    return is_ours ? in_sync(open, known, now)
                   : saved_as(open, IncidentState::resolved, how_it_came(open, known), now);
  if (state == State::syncing) return while_under_way(open, known, now);
  if (state != State::drifted || !is_ours) return {};
  if (open.state == IncidentState::syncing) return after_sync(open, known, now);
  return {Next::compare, std::nullopt, std::nullopt};
}

}  // namespace

Outlook look(const Past& past, const Known& known, const Rules& rules, Time now) {
  auto outlook = by_state(past, known, rules, now);
  if (outlook.next == Next::save || past.open == nullptr) return outlook;
  const auto due = escalation_due(*past.open, known.summary);
  return due && *due <= now ? saved(escalated(*past.open, now)) : outlook;
}

}  // namespace drift::controller
