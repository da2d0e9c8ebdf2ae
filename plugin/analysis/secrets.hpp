// Drift of a Secret's data, without the plan: it holds nothing of them. What Argo CD applied last stands in the live
// object's own last-applied annotation; where that is missing or somebody else's, managedFields say who wrote what.
#pragma once
#include <rapidjson/document.h>

#include <string_view>
#include <vector>

#include "analysis/managed_fields.hpp"
#include "api/report.hpp"

namespace drift::analysis {

// Pointers, kinds of change and writers, never a value. `base_written`: when the last success was recorded; empty: not
// known, so that every other writer counts.
std::vector<api::Difference> secret_differences(const rapidjson::Value& live, const Managers& managers,
                                                std::string_view base_written);

}  // namespace drift::analysis
