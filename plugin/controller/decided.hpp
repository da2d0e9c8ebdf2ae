// What is done about drift: by what differs, and by what was done before. Pure: the clock is an argument.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/incident.hpp"
#include "controller/incident_steps.hpp"
#include "controller/judge.hpp"
#include "controller/verdict.hpp"

namespace drift::controller {

// Of drift whose severity says nothing.
inline constexpr std::chrono::seconds default_cooldown{60};
inline constexpr unsigned default_max_retries = 5;  // as spec.syncPolicy.retry of Argo CD's own examples
inline constexpr std::chrono::seconds longest_cooldown_grown{3600};

// The policy's cooldown after so many attempts, twice as long after each further one, up to an hour unless
// the policy itself says more.
std::chrono::seconds cooldown_after(std::uint64_t attempts, const policy::Remediation& remediation);
// When the last sync of an incident that had one has ended, as far as that is known; else when it was asked for.
Time end_of_sync(const api::Incident& incident);

// An incident that is resolved goes on where its application drifts again this long after its last sync.
inline constexpr std::chrono::seconds same_incident_within{3600};

enum class Act : std::uint8_t {
  nothing,
  sync,      // to be started: begun()
  roll_back  // likewise: rolling_back()
};

struct Decided {
  // Nothing: what differs is no matter for an incident.
  std::optional<api::Incident> incident;
  Act act = Act::nothing;
  // To be put back by a sync of them alone, before that: putting_back(). What follows is decided anew after it.
  std::vector<ObjectName> puts_back = {};
};

// The last one goes on where one of its objects drifts again soon after its last sync: then it has the same id.
Decided decide(const Past& past, const Known& known, const Verdict& verdict, Time now);

// Of a commit, by what drifted besides.
Decided decide_commit(const Past& past, const Known& known, const Verdict& verdict, Time now);

}  // namespace drift::controller
