// The cases of a guarded field in a plan: on which values it counts as what (policy::GuardedCase).
#pragma once
#include <vector>

#include "api/plan.hpp"
#include "api/planned_json.hpp"
#include "json/fields.hpp"
#include "policy/guarded_field.hpp"

namespace drift::api {

// The key `cases` of a guarded field; left out where there are none.
void write_cases(PlanWriter& json, const std::vector<policy::GuardedCase>& cases,
                 const std::vector<policy::Severity>& severities);

// Reads them again, of a guarded field in `plan`. Throws InputError.
std::vector<policy::GuardedCase> read_cases(const Fields& field, const Plan& plan);

}  // namespace drift::api
