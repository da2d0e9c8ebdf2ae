// Which applications are refreshed next, so that they render the policy that the platform wants, and how far that is. Pure: the clock is
// an argument.
//
// Argo CD keeps what it rendered, for 24 hours unless told otherwise (--repo-cache-expiration), and the policy is no part of what it finds that by.
// So each application renders the old policy until it is refreshed hard, and all of them at once would be more than repo-server can take.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/rollout.hpp"
#include "base/time.hpp"

namespace drift::controller {

struct RolloutSettings {
  std::size_t in_flight = 3;                  // refreshes at once
  std::size_t tries = 5;                      // of one application
  std::chrono::seconds first_wait{30};        // between two tries of it; each is twice the one before
  std::chrono::seconds longest_refresh{600};  // after which one that isn't done holds up nobody else
};

struct RolloutApplication {
  std::string ns, name;
  // The digest of the policy that it renders; empty: none that could be. Nothing: not known.
  std::optional<std::string> policy;
  std::string trouble;  // why that isn't known, or there is none; or why the last try was none
  std::string busy;     // why it isn't refreshed now; empty: it may be
  bool quiet = false;   // in sync, and without an incident
  std::size_t tries = 0;
  std::optional<Time> tried;       // last
  std::optional<Time> refreshing;  // since then a hard refresh is asked for, and not done
};

struct RolloutDecision {
  std::vector<std::size_t> refresh;  // of the applications, in this order
  api::Rollout rollout;              // as it will be then
  std::optional<Time> again;         // when time alone changes something
};

// `hold`: why no application is refreshed; empty: they may be. Until one of them renders `policy` no more are tried than may be
// refreshed at once: the controller's own policy may be another one than the plugin's.
RolloutDecision decide_rollout(const std::string& policy, const std::vector<RolloutApplication>& all,
                               const std::string& hold, const RolloutSettings& settings, Time now);

// When an application may be tried again after so many tries.
std::chrono::seconds wait_after(std::size_t tries, const RolloutSettings& settings);

// The first twelve digits, for people.
std::string short_digest(const std::string& policy);

}  // namespace drift::controller
