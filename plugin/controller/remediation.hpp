// What becomes of an incident: by what Argo CD says of its application, and by what differs. Pure: the clock is an argument.
// docs/remediation.md draws the states.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "api/incident.hpp"
#include "controller/judge.hpp"
#include "controller/verdict.hpp"

namespace drift::controller {

// Of drift whose severity says nothing.
inline constexpr std::chrono::seconds default_cooldown{60};
inline constexpr unsigned default_max_retries = 5;  // as spec.syncPolicy.retry of Argo CD's own examples
inline constexpr std::chrono::seconds longest_cooldown_grown{3600};

// An incident that is resolved goes on where its application drifts again this long after its last sync.
inline constexpr std::chrono::seconds same_incident_within{3600};
// When what is held is looked at again: what passes by itself, what a person may end at any time, and what a person has to change.
inline constexpr std::chrono::seconds held_for{60};
inline constexpr std::chrono::seconds paused_for{10};
inline constexpr std::chrono::seconds stopped_for{600};
// A sync that was asked for is seen to be, and begins, within this time; Argo CD may overlook one (writeBackToInformer).
inline constexpr std::chrono::seconds seen_within{15};
inline constexpr std::chrono::seconds begins_within{10};

enum class Next : std::uint8_t {
  nothing,  // until something changes, or it is time
  compare,  // Argo CD is to be asked what differs, and then decide()
  save,     // the incident has changed, and is to be looked at again
  nudge     // the sync that was asked for hasn't begun: Argo CD is to be told to look at the application
};

struct Outlook {
  Next next = Next::nothing;
  std::optional<api::Incident> incident;  // as it is to be saved
  std::optional<Time> again;
};

// `open`: nullptr where there is none. `settle`: how old drift must be before it counts.
Outlook look(const api::Incident* open, const Known& known, std::chrono::seconds settle, Time now);

struct Decided {
  // Nothing: what differs is no matter for an incident.
  std::optional<api::Incident> incident;
  bool starts = false;  // a sync is to be started: begin() it
};

// What is kept of an application's incidents; nullptr: none.
struct Past {
  const api::Incident* open = nullptr;
  const api::Incident* last = nullptr;  // the newest that is over
};

// The last one goes on where one of its objects drifts again soon after its last sync: then it has the same id.
Decided decide(const Past& past, const Known& known, const Verdict& verdict, Time now);

// What stands in a sync's way, and when that is looked at again. No reason: nothing does.
struct Obstacle {
  std::string reason;
  std::chrono::seconds again = held_for;
};
api::Incident held(api::Incident incident, const Obstacle& obstacle, Time now);

// Over, though nobody has resolved it.
api::Incident superseded(api::Incident incident, const std::string& reason, Time now);

// The attempt that is about to be made. One of which nobody has seen anything is made again, and counts once.
api::Incident begun(api::Incident incident, Time now);

}  // namespace drift::controller
