// The plan in its ConfigMap, as plain text or compressed.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

#include "api/plan.hpp"
#include "store/context.hpp"

namespace drift::store {

// The plan's bytes out of a ConfigMap: `data: plan.json`, or `binaryData: plan.json.gz`. Throws InputError where neither is
// there, or it can't be decompressed within api::longest_plan.
std::string plan_text(const rapidjson::Value& config_map);

// Reads the plan in a ConfigMap. Throws InputError, also where its digest is not `expected` (`sha256:<hex>`; empty: any).
api::Plan read_plan_object(const rapidjson::Value& config_map, std::string_view expected_digest);

// The plan of the sync that `run` is of. Throws InputError where it is another sync's, or another application's.
api::Plan read_own_plan(const rapidjson::Value& config_map, const Run& run);

// Where an object of a plan is in the cluster.
outside::ResourcePath where_is(const api::PlannedObject& planned);

}  // namespace drift::store
