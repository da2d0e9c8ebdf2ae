#include "api/gate_words.hpp"

#include <algorithm>
#include <array>

namespace drift::api {
namespace {

constexpr std::array<std::string_view, 6> state_names = {"",       "analysing", "waiting",
                                                         "passed", "refused",   "over"};

constexpr std::array<std::string_view, 13> cause_names = {
    "",        "firstSync", "noDrift",  "observed", "unattended", "approved",  "overridden",
    "waiting", "rejected",  "timedOut", "held",     "notKnown",   "gateFailed"};

}  // namespace

std::string_view gate_state_name(GateState state) {
  return state_names[static_cast<std::size_t>(state)];
}

GateState gate_state_of(std::string_view name) {
  const auto found = std::find(state_names.begin(), state_names.end() - 1, name);
  return found == state_names.end() - 1 ? GateState::none
                                        : static_cast<GateState>(found - state_names.begin());
}

std::string_view gate_cause_name(GateCause cause) {
  return cause_names[static_cast<std::size_t>(cause)];
}

GateCause gate_cause_of(std::string_view name) {
  const auto found = std::find(cause_names.begin(), cause_names.end(), name);
  return found == cause_names.end() ? GateCause::none : static_cast<GateCause>(found - cause_names.begin());
}

GateCause refusal_in_words(std::string_view reason) {
  if (reason.starts_with("rejected by ")) return GateCause::rejected;
  return reason.starts_with("timeout") ? GateCause::timed_out : GateCause::none;
}

}  // namespace drift::api
