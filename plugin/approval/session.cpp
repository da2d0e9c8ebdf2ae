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
  return fmt::format("{} {} of {}", gate.matter(), printable(gate.drift), printable(gate.application));
}

// What a yes to it does, whichever answer was called for.
std::string question(const Gate& gate, Verb verb, const std::string& putting_back) {
  const auto what = what_is_asked(gate);
  const auto effect = report::effect_of(verb_name(verb));
  switch (verb) {
    case Verb::approve:
      return fmt::format("{}? Yes approves {}: {}.", putting_back, what, effect);
    case Verb::reject:
      return fmt::format("{}? Yes rejects {}: {}.",
                         gate.change_severity.empty() ? "Put nothing back" : "Apply nothing", what, effect);
    case Verb::override_stop:
      break;
  }
  return fmt::format("{}? Yes overrides the stop for {}: {}.", putting_back, what, effect);
}

std::string outcome(const Gate& gate, Verb verb, const std::string& user) {
  const auto what = what_is_asked(gate);
  const auto* doing = gate.change_severity.empty() ? "putting back " : "";
  if (verb == Verb::reject)
    return fmt::format("{} rejected {}{}: the sync is refused, and nothing is applied", printable(user),
                       doing, what);
  auto people = gate.given();
  if (std::find(people.begin(), people.end(), user) == people.end()) people.push_back(user);
  return fmt::format("{} {} {}{}: {} of {} asked", printable(user),
                     verb == Verb::approve ? "approved" : "overrode the stop,", doing, what, people.size(),
                     gate.needed);
}

// What a person would be asked who isn't there, by the options that say it.
void check_unattended(const Gate& gate, const Request& request, bool sure, const Dialogue& dialogue) {
  std::string missing;
  if (!sure && !dialogue.confirm)
    missing = fmt::format("--drift {} for the drift that was looked at, or --yes", gate.drift);
  if (request.reason.empty() && !dialogue.ask)
    missing += fmt::format("{}--reason 'WHY'", missing.empty() ? "" : "; and ");
  if (!missing.empty())
    throw InputError(fmt::format(
        "nobody is there to be asked (standard input and standard error are no terminal); expected {}",
        missing));
}

}  // namespace

std::string give_answer(outside::Kubernetes& kubernetes, outside::Clock& clock, const GateQuery& wanted,
                        const Request& request, bool sure, const Dialogue& dialogue) {
  auto query = wanted;
  query.drift = request.drift;
  if (!request.reason.empty()) check_reason(request.reason);
  const auto gate = find_waiting(kubernetes, query);
  check(gate, request);
  const auto shown = view(kubernetes, gate, clock.now(), dialogue.colour);
  dialogue.show(shown.text);
  const auto user = who_am_i(kubernetes);
  if (answered(gate, request.verb, user))
    return fmt::format("{} has {} this before; nothing was written", printable(user), past(request.verb));
  const bool meant = sure || !request.drift.empty();
  check_unattended(gate, request, meant, dialogue);
  if (!meant && !dialogue.confirm(question(gate, request.verb, shown.question)))
    throw Refusal("not confirmed; nothing was written");
  auto answer = request;
  if (answer.reason.empty()) answer.reason = dialogue.ask("Why, in a sentence (it is recorded)?");
  check_reason(answer.reason);
  write_answer(kubernetes, gate, answer, user);
  return outcome(gate, request.verb, user);
}

}  // namespace drift::approval
