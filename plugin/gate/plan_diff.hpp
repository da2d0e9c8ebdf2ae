// What a commit would change, and who would be asked about it, before there is a sync: for those who review the commit. The plan without
// it takes the place of the base, the comparison and the decision are the gate's. Pure; docs/changes.md.
#pragma once
#include <string>
#include <vector>

#include "analysis/git_changes.hpp"
#include "api/plan.hpp"
#include "gate/decision.hpp"

namespace drift::gate {

struct PlanDiff {
  std::string application;
  analysis::Reviewed found;
  Decision decision;          // of a sync that finds no drift beside it, as if the policy enforced
  bool observe = false;       // the policy only observes
  bool asks_of_none = false;  // no severity of the policy asks about Git's changes
};

// `before`: the plan without the commit. Both of the same application.
PlanDiff plan_diff(const api::Plan& plan, const api::Plan& before);

// What follows for the sync, a sentence each.
std::vector<std::string> what_follows(const PlanDiff& diff);

// A line of JSON, with its end.
std::string plan_diff_json(const PlanDiff& diff);

}  // namespace drift::gate
