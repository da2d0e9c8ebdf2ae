// The plan as a ConfigMap.
#pragma once
#include "annotators/hooks/context.hpp"

namespace drift::annotators {

// Writes the plan, its digest and (where it is long) its compressed form. Of manifests that would make it too large for a
// ConfigMap digests of parts are kept, of the largest first; what even these have no room for is left out.
void write_plan(HookContext& context);

// The ConfigMap. Throws InputError where the plan is too large even compressed and without manifests.
rapidjson::Document plan_object(const HookContext& context);

}  // namespace drift::annotators
