// How far the platform's policy is rolled out: how many applications render it, and what became of the others. The controller that
// leads keeps it in a ConfigMap of the platform's namespace, for people; nothing is decided by it. docs/rollout.md lists its fields.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace drift::api {

inline constexpr const char* rollout_config_map = "drift-policy-rollout";
inline constexpr const char* rollout_component = "rollout";
inline constexpr const char* rollout_file = "rollout.json";

enum class RolloutState : std::uint8_t {
  complete,     // each application renders the policy
  progressing,  // some are refreshed, or will be
  held,         // no application is refreshed; the reason says why
  stuck         // what is left was refreshed as often as it may be
};
// `complete`, …
std::string_view rollout_state_name(RolloutState state);

enum class RolloutStep : std::uint8_t { updated, refreshing, waiting, stuck };
std::string_view rollout_step_name(RolloutStep step);

// An application that doesn't render the policy yet.
struct RolloutEntry {
  std::string ns, application;
  RolloutStep step = RolloutStep::waiting;
  std::string policy;  // the digest of what it renders; empty: not known, or it renders no plan
  std::uint64_t tries = 0;
  std::string reason;  // a sentence
  bool operator==(const RolloutEntry&) const = default;
};
inline constexpr std::size_t most_rollout_entries = 100;

struct Rollout {
  std::string policy;  // the digest that is wanted
  RolloutState state = RolloutState::progressing;
  std::string reason;  // of `held`, and where the policy isn't known
  std::uint64_t applications = 0, updated = 0, refreshing = 0, waiting = 0, stuck = 0;
  std::uint64_t unknown = 0;          // of those that wait: what they render isn't known
  std::vector<RolloutEntry> entries;  // the stuck ones first
  std::uint64_t more = 0;             // that aren't listed
  Time written{};                     // to the second
};

// Canonical JSON.
std::string rollout_json(const Rollout& rollout);

// Reads what rollout_json() wrote. Throws InputError.
Rollout read_rollout(std::string_view json);

}  // namespace drift::api
