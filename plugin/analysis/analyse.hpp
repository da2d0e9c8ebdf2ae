// The gate's analysis: plan, base and live objects, compared three ways (docs/drift.md). Pure: the live objects come from
// a function, one at a time, so that thousands of objects take no more memory than their plans.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <functional>

#include "analysis/never_kept.hpp"
#include "api/plan.hpp"
#include "api/report.hpp"

namespace drift::analysis {

// An object as it is in the cluster.
struct LiveObject {
  enum class Found : std::uint8_t {
    present,
    absent,
    forbidden,  // the gate may not read it
    unknown,    // the cluster knows no such resource, or not in that version
  } found = Found::absent;
  rapidjson::Document object;  // where present
};

using Live = std::function<LiveObject(const api::PlannedObject&)>;

// `base`: the plan of the last success; nullptr: none, so nothing counts as drift. Objects that only the base has are not
// asked for: the Roles don't name them. What `live` and `publisher` throw goes through.
api::Report analyse(const api::Plan& plan, const api::Plan* base, const Live& live,
                    const Publisher& publisher = {});

// Where what should be the base can't be used, for that reason: nothing can be compared, so every object is not inspected and counts.
api::Report analyse_without_base(const api::Plan& plan, const std::string& problem);

}  // namespace drift::analysis
