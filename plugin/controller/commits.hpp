// New commits of an application whose auto-sync is off, where it says that the controller syncs them (keys::sync_commits). Each revision
// is tried once; its gate decides, about drift too. Pure. docs/remediation.md says when.
#pragma once
#include <string>

#include "api/incident.hpp"
#include "controller/remediation.hpp"

namespace drift::controller {

// Its new commits are the controller's to sync. `allowed`: the installation lets it.
bool follows_commits(const Summary& summary, bool allowed);

// Without an incident: what is compared is a commit that nobody has tried, and that never ran.
bool is_new_commit(const Known& known);

// Of an incident that is a commit's.
Outlook look_at_commit(const api::Incident& incident, const Known& known, bool follows, Time now);

}  // namespace drift::controller
