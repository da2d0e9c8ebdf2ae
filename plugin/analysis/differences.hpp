// One object: in what it isn't as the last success left it, nor as Git wants it now. Everything is hidden here that plans hide,
// before anything is shown.
#pragma once
#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/never_kept.hpp"
#include "analysis/severity.hpp"
#include "api/plan.hpp"
#include "api/report.hpp"

namespace drift::analysis {

// A value of a plan, or of an object that was redacted, as a report shows it: text, cut where it is long. Nothing of nullptr.
std::optional<std::string> shown(const rapidjson::Value* value);

struct RatedDifference {
  api::Difference difference;
  Rated rated;  // what it counts as; not in `difference` yet
};

struct Differences {
  std::vector<RatedDifference> found;
  // Pointers to what Git wants and the cluster never kept (never_kept.hpp), which is no drift.
  std::vector<std::string> not_kept;
  // Whether all of the object was compared; else its guarded fields alone, since no plan holds enough of it.
  bool compared = true;
};

// Without those that are no drift (exemption.hpp), in no order. `base`: what Git wanted of it then;
// `base_written`: when that was recorded; empty: not known. Redacts `live`.
Differences object_differences(const api::PlannedObject& planned, const api::PlannedObject& base,
                               std::string_view base_written, rapidjson::Document& live,
                               const Publisher& publisher, const Rating& rating);

}  // namespace drift::analysis
