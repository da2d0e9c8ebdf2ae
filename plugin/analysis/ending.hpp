// Objects that Git lets be deleted once they have ended: a Job with ttlSecondsAfterFinished.
// https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
#pragma once
#include <rapidjson/document.h>

#include "api/plan.hpp"

namespace drift::analysis {

// Whether Git asked for that when the object was applied: what the base says of it counts. Nothing tells such a deletion from a
// person's, and whether it had ended before.
bool ends_by_itself(const api::PlannedObject& base);

// Whether a live object has: its conditions say Complete or Failed, or its phase is one of an Argo Workflow that is done.
bool has_ended(const rapidjson::Value& live);

}  // namespace drift::analysis
