#include "hook/gate_cause.hpp"

#include <algorithm>
#include <array>

namespace drift::hook {
namespace {

constexpr std::array<std::string_view, 13> names = {
    "",        "firstSync", "noDrift",  "observed", "unattended", "approved",  "overridden",
    "waiting", "rejected",  "timedOut", "held",     "notKnown",   "gateFailed"};

}  // namespace

std::string_view gate_cause_name(GateCause cause) {
  return names[static_cast<std::size_t>(cause)];
}

GateCause gate_cause_of(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? GateCause::none : static_cast<GateCause>(found - names.begin());
}

GateCause refusal_in_words(std::string_view reason) {
  if (reason.starts_with("rejected by ")) return GateCause::rejected;
  return reason.starts_with("timeout") ? GateCause::timed_out : GateCause::none;
}

}  // namespace drift::hook
