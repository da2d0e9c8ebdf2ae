// The plan's ConfigMap among the injected objects; api/plan_object.hpp has what stands in it.
#pragma once
#include "annotators/hooks/context.hpp"

namespace drift::annotators {

// Writes the plan into the context.
void write_plan(HookContext& context);

// The ConfigMap. Throws InputError where the plan is too large even compressed and without manifests.
rapidjson::Document plan_object(const HookContext& context);

}  // namespace drift::annotators
