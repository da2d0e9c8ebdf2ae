// What becomes of an incident by what Argo CD says of its application; where that takes what differs, decided.hpp goes on.
// Pure: the clock is an argument. docs/remediation.md draws the states.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "api/incident.hpp"
#include "controller/incident_steps.hpp"
#include "controller/judge.hpp"

namespace drift::controller {

enum class Next : std::uint8_t {
  nothing,    // until something changes, or it is time
  compare,    // Argo CD is to be asked what differs, and then decide()
  save,       // the incident has changed, and is to be looked at again
  roll_back,  // a rollback is to be asked for
  nudge       // the sync that was asked for hasn't begun: Argo CD is to be told to look at the application
};

struct Outlook {
  Next next = Next::nothing;
  std::optional<api::Incident> incident;  // as it is to be saved
  std::optional<Time> again;
};

// What is to be saved: the incident, or that in another state.
Outlook saved(api::Incident incident);
Outlook saved_as(const api::Incident& incident, api::IncidentState state, std::string reason, Time now);

// What counts.
struct Rules {
  std::chrono::seconds settle{0};  // how old drift must be
  bool sync_commits = false;       // commits of applications that say so too
};

// What is saved may be the last incident, which goes on.
Outlook look(const Past& past, const Known& known, const Rules& rules, Time now);

// While an operation is asked for or under way.
Outlook while_under_way(const api::Incident& incident, const Known& known, Time now);

}  // namespace drift::controller
