// How far a rollout of the policy is, for people.
#pragma once
#include <string>

#include "api/rollout.hpp"
#include "base/time.hpp"

namespace drift::controller {

// `8 of 12 applications render policy 3f2a91c04d1e: 2 are refreshed, 1 waits, 1 is stuck`
std::string in_a_sentence(const api::Rollout& rollout);

// That, and a table of those that don't render it yet.
std::string details(const api::Rollout& rollout);

// A line of the controller's, and the same as JSON.
std::string line(Time at, const api::Rollout& rollout);
std::string json_line(Time at, const api::Rollout& rollout);

}  // namespace drift::controller
