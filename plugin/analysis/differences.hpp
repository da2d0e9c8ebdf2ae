// One object: in what it isn't as the last success left it, nor as Git wants it now. Everything is hidden here that plans hide,
// before anything is shown.
#pragma once
#include <rapidjson/document.h>

#include <string_view>
#include <vector>

#include "analysis/plan.hpp"
#include "analysis/report.hpp"

namespace drift::analysis {

// Without those that are no drift (exemption.hpp), in no order, and not rated yet. `base`: what Git wanted of it then;
// `base_written`: when that was recorded; empty: not known. Redacts `live`.
std::vector<Difference> object_differences(const PlannedObject& planned, const PlannedObject& base,
                                           std::string_view base_written, rapidjson::Document& live);

}  // namespace drift::analysis
