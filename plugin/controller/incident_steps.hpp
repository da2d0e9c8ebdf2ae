// What an incident becomes by one step, and what the Application's operation says of its syncs. Pure: the clock is an argument.
#pragma once
#include <chrono>
#include <string>

#include "api/incident.hpp"
#include "controller/summary.hpp"

namespace drift::controller {

// When what is held is looked at again: what passes by itself, what a person may end at any time, and what a person has to change.
inline constexpr std::chrono::seconds held_for{60};
inline constexpr std::chrono::seconds paused_for{10};
inline constexpr std::chrono::seconds stopped_for{600};
// A sync that was asked for is seen to be, and begins, within this time; Argo CD may overlook one (writeBackToInformer).
inline constexpr std::chrono::seconds seen_within{15};
inline constexpr std::chrono::seconds begins_within{10};

// What is kept of an application's incidents; nullptr: none.
struct Past {
  const api::Incident* open = nullptr;
  const api::Incident* last = nullptr;  // the newest that is over
};

// In that state, since now where it was in another one, of which nobody is told yet; nothing is due.
api::Incident moved(api::Incident incident, api::IncidentState state, std::string reason, Time now);
api::Incident due_at(api::Incident incident, Time next);

// What stands in a sync's way, and when that is looked at again. No reason: nothing does.
struct Obstacle {
  std::string reason;
  std::chrono::seconds again = held_for;
};
api::Incident held(api::Incident incident, const Obstacle& obstacle, Time now);

// Over, though nobody has resolved it.
api::Incident superseded(api::Incident incident, const std::string& reason, Time now);

// No rollback is due any more. One that was begun stays known, so that no other one follows it.
api::Incident without_due_rollback(api::Incident incident);

// The attempt that is about to be made. One of which nobody has seen anything is made again, and counts once.
api::Incident begun(api::Incident incident, Time now);

// The operation is the incident's newest attempt.
bool is_of_it(const Summary& summary, const api::Incident& incident);
// The operation began at that time or later. Argo CD writes whole seconds.
bool began_since(const Summary& summary, Time time);
// `sync 2 ended as Failed: …`, of the newest attempt, whose operation it is.
std::string how_it_ended(const api::Incident& incident, const Operation& operation);
// What it says of its end, for people.
std::string message_of(const Operation& operation);

}  // namespace drift::controller
