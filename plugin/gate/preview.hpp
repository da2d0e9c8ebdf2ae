// What the gate of a sync would find and decide if that sync began now: its own comparison and its own decision. Nothing is written.
#pragma once
#include <string>

#include "api/plan.hpp"
#include "api/report.hpp"
#include "gate/decision.hpp"
#include "store/context.hpp"

namespace drift::gate {

struct Preview {
  api::Report report;
  Decision decision;
  bool alerts = false;    // the gate would write an alert
  bool has_base = false;  // false: no sync has succeeded through its gate yet, so nothing counts as drift
};

// `plan`: what that sync would want. Of `run` its cluster, clock, namespace, application and names are used. Throws what asking the
// cluster throws; an object that may not be read counts as for the gate.
Preview preview(const store::Run& run, api::Plan plan);

// What follows for the sync, a sentence or two, with its end.
std::string what_would_follow(const Preview& preview);

}  // namespace drift::gate
