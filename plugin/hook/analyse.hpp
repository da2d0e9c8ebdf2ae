// The gate's analysis: plan, base and live objects, compared three ways (docs/drift.md). Pure: the live objects come from
// a function, one at a time, so that thousands of objects take no more memory than their plans.
#pragma once
#include <rapidjson/document.h>

#include <functional>

#include "hook/plan.hpp"
#include "hook/report.hpp"

namespace drift::hook {

// An object as it is in the cluster.
struct LiveObject {
  enum class Found : std::uint8_t { present, absent, forbidden } found = Found::absent;
  rapidjson::Document object;  // where present
};

using Live = std::function<LiveObject(const PlannedObject&)>;

// `base`: the plan of the last success; nullptr: none, so nothing counts as drift. Objects that only the base has are not
// asked for: the Roles don't name them. What `live` throws goes through.
Report analyse(const Plan& plan, const Plan* base, const Live& live);

}  // namespace drift::hook
