#include "gate/comparison.hpp"

#include "analysis/git_changes.hpp"
#include "gate/live.hpp"
#include "gate/published_fields.hpp"

namespace drift::gate {

api::Report compare(outside::Kubernetes& kubernetes, const api::Plan& plan, const store::Base& base,
                    const std::function<void()>& go_on) {
  const auto* before = base.plan ? &*base.plan : nullptr;
  auto report = base.problem.empty() ? analysis::analyse(plan, before, live_objects(kubernetes, go_on),
                                                         published_by(kubernetes, plan, go_on))
                                     : analysis::analyse_without_base(plan, base.problem);
  analysis::add_changes(report, plan, before);
  return report;
}

}  // namespace drift::gate
