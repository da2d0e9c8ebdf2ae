#include "controller/commits.hpp"

#include <fmt/format.h>

#include "controller/incident_steps.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;

constexpr const char* who_ends_it = "it isn't tried again before Git has a newer one, or a person syncs it";

// It was asked for, and Git's state isn't there.
Outlook after_sync(const Incident& incident, const Summary& summary, Time now) {
  if (is_of_it(summary, incident)) {
    const auto& operation = *summary.operation;
    if (operation.gate_failed)
      return saved_as(incident, IncidentState::refused,
                      fmt::format("the gate of revision {} refused: {}; {}", incident.revision,
                                  message_of(operation), who_ends_it),
                      now);
    return saved_as(incident, IncidentState::exhausted,
                    fmt::format("{}; {}", how_it_ended(incident, operation), who_ends_it), now);
  }
  const auto asked = incident.last_attempt.value_or(now);
  if (began_since(summary, asked))
    return saved_as(
        incident, IncidentState::exhausted,
        fmt::format("another operation took the place of sync {}; {}", incident.attempts, who_ends_it), now);
  if (now < asked + seen_within) return {Next::nothing, std::nullopt, asked + seen_within};
  return {Next::compare, std::nullopt, std::nullopt};
}

Outlook while_it_differs(const Incident& incident, const Known& known, bool follows, Time now) {
  const auto& summary = known.summary;
  if (summary.compared.digest() != incident.commit)
    return saved(superseded(incident, "Git has moved on to " + summary.compared.shown, now));
  if (!follows)
    return {Next::save,
            superseded(incident, "the controller no longer syncs commits of the Application", now),
            std::nullopt};
  if (incident.state == IncidentState::syncing) return after_sync(incident, summary, now);
  if (incident.state == IncidentState::held) return {Next::compare, std::nullopt, std::nullopt};
  return {};
}

}  // namespace

bool follows_commits(const Summary& summary, bool allowed) {
  return allowed && summary.syncs_commits && !summary.auto_syncs && summary.gated && summary.has_plugin;
}

bool is_new_commit(const Known& known) {
  const auto& summary = known.summary;
  const auto state = known.judgement.state;
  return (state == State::git_changed || state == State::rolled_back) && !summary.was_synced &&
         !summary.has_failed;
}

Outlook look_at_commit(const Incident& incident, const Known& known, bool follows, Time now) {
  const auto& summary = known.summary;
  const auto* whose = is_of_it(summary, incident) ? "" : ", by somebody else's doing";
  switch (known.judgement.state) {
    case State::syncing:
      return while_under_way(incident, known, now);
    case State::synced:
      return saved_as(incident, IncidentState::resolved,
                      fmt::format("in sync with revision {}{}", summary.compared.shown, whose), now);
    case State::drifted:
      if (summary.compared.digest() != incident.commit)
        return while_it_differs(incident, known, follows, now);
      return saved_as(incident, IncidentState::resolved,
                      fmt::format("revision {} is synced{}; what differs is drift", incident.revision, whose),
                      now);
    case State::git_changed:
    case State::rolled_back:
      return while_it_differs(incident, known, follows, now);
    default:
      return {};
  }
}

}  // namespace drift::controller
