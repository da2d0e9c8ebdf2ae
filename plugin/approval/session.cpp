#include "approval/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/names.hpp"
#include "api/report.hpp"
#include "api/stored_text.hpp"
#include "approval/table.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "report/page.hpp"

namespace drift::approval {
namespace {

constexpr std::size_t longest_report = std::size_t{4} << 20;

std::string_view past(Verb verb) {
  switch (verb) {
    case Verb::approve:
      return "approved";
    case Verb::reject:
      return "rejected";
    case Verb::override_stop:
      break;
  }
  return "overrode";
}

// What drifted, from the gate's report; or a sentence that says why it isn't shown.
std::string what_drifted(outside::Kubernetes& kubernetes, const Gate& gate, const Dialogue& dialogue) {
  const auto name = api::Names::with_prefix(gate.source).report();
  const auto not_shown = [&](std::string_view why) {
    return fmt::format("What drifted isn't shown: the report {}/{} {}. The gate's log has it too.\n", gate.ns,
                       name, why);
  };
  try {
    const auto object = kubernetes.get({"", "v1", "configmaps", gate.ns, name, ""});
    if (!object) return not_shown("isn't there");
    const auto report = api::read_report(api::stored_text(*object, "report.json", longest_report));
    if (report.drift != gate.drift) return not_shown("is about other drift");
    return report::page(report, {.colour = dialogue.colour, .next = {}});
  } catch (const outside::ApiError& error) {
    if (!error.forbidden()) throw;
    return not_shown("may not be read by you");
  } catch (const InputError&) {
    return not_shown("can't be read by this version");
  }
}

std::string what_is_asked(const Gate& gate) {
  return fmt::format("drift {} of {}", printable(gate.drift), printable(gate.application));
}

std::string question(const Gate& gate, Verb verb) {
  const auto what = what_is_asked(gate);
  switch (verb) {
    case Verb::approve:
      return fmt::format("Approve {}, so that the sync puts Git's state back?", what);
    case Verb::reject:
      return fmt::format("Reject {}, so that nothing is applied?", what);
    case Verb::override_stop:
      break;
  }
  return fmt::format("Override the stop for {}, on record, so that the sync puts Git's state back?", what);
}

std::string outcome(const Gate& gate, Verb verb, const std::string& user) {
  const auto what = what_is_asked(gate);
  if (verb == Verb::reject) return fmt::format("{} rejected {}: the sync is refused", printable(user), what);
  auto people = gate.given();
  if (std::find(people.begin(), people.end(), user) == people.end()) people.push_back(user);
  return fmt::format("{} {} {}: {} of {} asked", printable(user), past(verb), what, people.size(),
                     gate.needed);
}

}  // namespace

std::string give_answer(outside::Kubernetes& kubernetes, outside::Clock& clock, const GateQuery& wanted,
                        const Request& request, bool sure, const Dialogue& dialogue) {
  const auto gate = find_waiting(kubernetes, wanted);
  check(gate, request);
  dialogue.show(what_drifted(kubernetes, gate, dialogue));
  dialogue.show(asked(gate, clock.now()));
  const auto user = who_am_i(kubernetes);
  if (answered(gate, request.verb, user))
    return fmt::format("{} has {} this before; nothing was written", printable(user), past(request.verb));
  if (!sure && request.drift.empty()) {
    if (!dialogue.confirm)
      throw InputError(fmt::format(
          "nobody is there to confirm it; expected --drift {} for the drift that was looked at, or --yes",
          gate.drift));
    if (!dialogue.confirm(question(gate, request.verb))) throw Refusal("not confirmed; nothing was written");
  }
  write_answer(kubernetes, gate, request, user);
  return outcome(gate, request.verb, user);
}

}  // namespace drift::approval
