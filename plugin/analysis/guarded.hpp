// Objects whose manifest was too large for the plan: their guarded fields alone are compared, by the values that
// want.drift-policy.dev/ annotations have.
#pragma once
#include <rapidjson/document.h>

#include <deque>
#include <vector>

#include "analysis/compare.hpp"
#include "api/plan.hpp"

namespace drift::analysis {

class GuardedValues {
 public:
  // `live` is not redacted yet: digests in plans are of the values themselves. `redacted` is the same object, redacted: what
  // may be shown. Refers to none of them afterwards.
  GuardedValues(const api::PlannedObject& planned, const api::PlannedObject& base,
                const rapidjson::Document& live, const rapidjson::Document& redacted);

  // What differs; live values are digests where those of the plan are, or where they must not be shown. Valid as long as
  // this.
  const std::vector<Found>& found() const { return found_; }

 private:
  const rapidjson::Value* keep(const std::string& text);

  std::deque<rapidjson::Document> values_;
  std::vector<Found> found_;
};

}  // namespace drift::analysis
