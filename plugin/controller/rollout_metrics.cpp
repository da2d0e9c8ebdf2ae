#include "controller/rollout_metrics.hpp"

#include <string>
#include <utility>

namespace drift::controller {
namespace {

using api::RolloutState;
using api::RolloutStep;

}  // namespace

RolloutMetrics::RolloutMetrics(Registry& registry)
    : state_(registry.add({Family::Type::gauge,
                           "drift_policy_rollout_state",
                           "1 for the state of the policy's rollout: complete, progressing, held or stuck.",
                           {"state"}})),
      applications_(registry.add({Family::Type::gauge,
                                  "drift_policy_rollout_applications",
                                  "Applications by their step of the policy's rollout.",
                                  {"step"}})),
      rendering_(registry.add({Family::Type::gauge,
                               "drift_policy_rendered_applications",
                               "Applications by the policy that they render: wanted, other or unknown.",
                               {"policy"}})),
      refreshes_(registry.add({Family::Type::counter, "drift_policy_rollout_refreshes_total",
                               "Hard refreshes that were asked for, so that a policy is rolled out."})) {
  refreshes_.add({}, 0);
}

void RolloutMetrics::show(const api::Rollout* rollout) {
  for (const auto state :
       {RolloutState::complete, RolloutState::progressing, RolloutState::held, RolloutState::stuck}) {
    const Labels labels{std::string(api::rollout_state_name(state))};
    if (rollout)
      state_.set(rollout->state == state ? 1 : 0, labels);
    else
      state_.forget(labels);
  }
  const auto set = [&](Family& family, std::string label, std::uint64_t value) {
    if (rollout)
      family.set(static_cast<double>(value), {std::move(label)});
    else
      family.forget({std::move(label)});
  };
  const api::Rollout none;
  const auto& shown = rollout ? *rollout : none;
  for (const auto& [step, value] : {std::pair{RolloutStep::updated, shown.updated},
                                    {RolloutStep::refreshing, shown.refreshing},
                                    {RolloutStep::waiting, shown.waiting},
                                    {RolloutStep::stuck, shown.stuck}})
    set(applications_, std::string(api::rollout_step_name(step)), value);
  set(rendering_, "wanted", shown.updated);
  set(rendering_, "unknown", shown.unknown);
  set(rendering_, "other", shown.applications - shown.updated - shown.unknown);
}

}  // namespace drift::controller
