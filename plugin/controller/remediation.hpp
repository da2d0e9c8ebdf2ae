// What becomes of an incident by what Argo CD says of its application; where that takes what differs, decided.hpp goes on.
// Pure: the clock is an argument. docs/remediation.md draws the states.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "api/incident.hpp"
#include "controller/judge.hpp"

namespace drift::controller {

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

}  // namespace drift::controller
