// What Git changes with a sync, for the severities whose policy asks about that (`changes`): the plan of the sync against the base, which
// is what Git wanted at the last success. Pure; docs/changes.md says what counts.
//
// Whatever isn't known counts as changed: a plan holds no values of Secrets and not all of large objects, and there may be no usable base.
#pragma once
#include <vector>

#include "api/plan.hpp"
#include "api/report.hpp"

namespace drift::analysis {

// Nothing where no severity of the plan asks. `base`: nullptr where there is none. Of `report`, that of drift, the state of each object
// is used where there is no base: what is in the cluster before a first sync isn't new.
api::Changes git_changes(const api::Plan& plan, const api::Plan* base, const api::Report& report);

// The same before there is a sync, for those who review a commit: `before` is what Git wants without it. Beside what somebody is asked
// about, each change that is known and that nobody is asked about, the highest severity first.
struct Reviewed {
  api::Changes changes;
  std::vector<api::ObjectChange> unasked;
};
Reviewed review_changes(const api::Plan& plan, const api::Plan& before);

// Puts changes into a report, and what people are then asked about.
void put_changes(api::Report& report, api::Changes changes);

// Puts them into the report of drift, and both into what people are asked about.
void add_changes(api::Report& report, const api::Plan& plan, const api::Plan* base);

}  // namespace drift::analysis
