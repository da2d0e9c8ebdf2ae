// Going back to what worked, where the policy says so (rollbackOnFailure) and a sync of the controller's failed after its gate had let
// it go on. Pure: the clock is an argument. docs/remediation.md says when.
#pragma once
#include <chrono>
#include <string>

#include "api/incident.hpp"
#include "controller/history.hpp"
#include "controller/remediation.hpp"

namespace drift::controller {

// Since the end of a sync, that an application may become Degraded by it: longer than the 10 minutes of a Deployment's
// progressDeadlineSeconds.
inline constexpr std::chrono::minutes degraded_within{15};

// A rollback was begun: look_at_rollback() says what follows.
bool is_rollback(api::IncidentState state);

// Why the newest sync, of an incident whose policy wants a rollback, counts as failed; empty: it doesn't, or there was a rollback
// already. What its gate refused, and what a person ended, hasn't failed.
std::string failure_of_sync(const api::Incident& incident, const Summary& summary);
// The same where it succeeded, and the application became Degraded by it.
std::string degraded_by_sync(const api::Incident& incident, const Summary& summary);

// Failed, and to be rolled back though it is in sync: another sync of the same would change nothing.
api::Incident failed_in_sync(api::Incident incident, const Summary& summary, const std::string& why,
                             Time now);

// The rollback that is about to be asked for.
api::Incident rolling_back(api::Incident incident, const HistoryEntry& to, const Summary& summary, Time now);
// As it was before a rollback of which nobody has seen anything; any other incident stays as it is.
api::Incident before_rollback(api::Incident incident, const Known& known);
// There is nothing to go back to.
api::Incident not_rolled_back(api::Incident incident, const Summary& summary, const std::string& why_not,
                              Time now);

Outlook look_at_rollback(const api::Incident& incident, const Known& known, Time now);

}  // namespace drift::controller
