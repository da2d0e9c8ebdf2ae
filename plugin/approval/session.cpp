#include "approval/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "approval/view.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "report/question.hpp"

namespace drift::approval {
namespace {

std::string_view past(Verb verb) {
  switch (verb) {
    case Verb::approve:
      return "approved";
    case Verb::reject:
      return "rejected";
    case Verb::override_stop:
      break;
  }
  return "overridden";
}

std::string what_is_asked(const Gate& gate) {
  return fmt::format("drift {} of {}", printable(gate.drift), printable(gate.application));
}

// What a yes to it does, whichever answer was called for.
std::string question(const Gate& gate, Verb verb, const std::string& putting_back) {
  const auto what = what_is_asked(gate);
  const auto effect = report::effect_of(verb_name(verb));
  switch (verb) {
    case Verb::approve:
      return fmt::format("{}? Yes approves {}: {}.", putting_back, what, effect);
    case Verb::reject:
      return fmt::format("Put nothing back? Yes rejects {}: {}.", what, effect);
    case Verb::override_stop:
      break;
  }
  return fmt::format("{}? Yes overrides the stop for {}: {}.", putting_back, what, effect);
}

std::string outcome(const Gate& gate, Verb verb, const std::string& user) {
  const auto what = what_is_asked(gate);
  if (verb == Verb::reject)
    return fmt::format("{} rejected putting back {}: the sync is refused, and nothing is applied",
                       printable(user), what);
  auto people = gate.given();
  if (std::find(people.begin(), people.end(), user) == people.end()) people.push_back(user);
  return fmt::format("{} {} putting back {}: {} of {} asked", printable(user),
                     verb == Verb::approve ? "approved" : "overrode the stop,", what, people.size(),
                     gate.needed);
}

}  // namespace

std::string give_answer(outside::Kubernetes& kubernetes, outside::Clock& clock, const GateQuery& wanted,
                        const Request& request, bool sure, const Dialogue& dialogue) {
  const auto gate = find_waiting(kubernetes, wanted);
  check(gate, request);
  const auto shown = view(kubernetes, gate, clock.now(), dialogue.colour);
  dialogue.show(shown.text);
  const auto user = who_am_i(kubernetes);
  if (answered(gate, request.verb, user))
    return fmt::format("{} has {} this before; nothing was written", printable(user), past(request.verb));
  if (!sure && request.drift.empty()) {
    if (!dialogue.confirm)
      throw InputError(fmt::format(
          "nobody is there to confirm it; expected --drift {} for the drift that was looked at, or --yes",
          gate.drift));
    if (!dialogue.confirm(question(gate, request.verb, shown.question)))
      throw Refusal("not confirmed; nothing was written");
  }
  write_answer(kubernetes, gate, request, user);
  return outcome(gate, request.verb, user);
}

}  // namespace drift::approval
