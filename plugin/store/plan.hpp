// A sync's own plan, as the cluster has it (api/plan_object.hpp reads the ConfigMap).
#pragma once
#include <rapidjson/document.h>

#include "api/plan.hpp"
#include "store/context.hpp"

namespace drift::store {

// The plan of the sync that `run` is of. Throws InputError where it is another sync's, or another application's.
api::Plan read_own_plan(const rapidjson::Value& config_map, const Run& run);

// Where an object of a plan is in the cluster.
outside::ResourcePath where_is(const api::PlannedObject& planned);

}  // namespace drift::store
