#include "gate/preview.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "gate/cluster_kinds.hpp"
#include "gate/comparison.hpp"
#include "gate/messages.hpp"
#include "store/base.hpp"

namespace drift::gate {

using Step = Decision::Step;

Preview preview(const store::Run& run, api::Plan plan) {
  const auto go_on = [&run] {
    if (run.clock.stop_requested()) throw OutsideError("interrupted");
  };
  ask_for_kinds(run.kubernetes, plan, go_on);
  const auto base = store::read_base(run);
  Preview found;
  found.has_base = base.plan.has_value();
  found.report = compare(run.kubernetes, plan, base, go_on);
  found.alerts = is_emergency(plan, found.report);
  found.decision = decide_unanswered(plan, found.report, run.clock.now());
  return found;
}

std::string what_would_follow(const Preview& preview) {
  if (!preview.has_base && !preview.report.asks())
    return "No sync has succeeded through its gate yet, so nothing counts as drift.\n";
  const auto& decision = preview.decision;
  if (decision.step == Step::wait && decision.asking)
    return fmt::format("A sync now would wait for {}.\n", who_is_asked(*decision.asking));
  if (decision.step == Step::pass && preview.alerts)
    return fmt::format(
        "A sync now would go on, and put drift of severity {} back. An alert would be written.\n",
        preview.report.severity);
  return fmt::format("A sync now would {}: {}.\n",
                     decision.step == Step::pass ? "go on" : "end, and apply nothing", decision.reason);
}

}  // namespace drift::gate
