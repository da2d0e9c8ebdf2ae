// The two values that a difference is between, and what conditions on guarded fields see of them.
#pragma once
#include <rapidjson/document.h>

#include <cstddef>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "policy/condition.hpp"

namespace drift::analysis {

// Pointers to fields whose values conditions are about.
using Watched = std::set<std::string, std::less<>>;

// A watched field that a difference lies in. The values are parts of what was compared; nullptr: not there.
struct Around {
  std::size_t length = 0;  // of its pointer, with which the difference's begins
  const rapidjson::Value* old_value = nullptr;
  const rapidjson::Value* new_value = nullptr;
};

// Refers to what was compared.
struct Between {
  const rapidjson::Value* old_value = nullptr;  // nullptr: not there
  const rapidjson::Value* new_value = nullptr;
  std::span<const Around> around{};
  // Pointers of guarded fields lead to the same elements of lists in both, or in the one that there is.
  bool same_places = false;
};

struct FieldValues {
  policy::FieldValue old_value, new_value;
};

// Of a guarded field that lies in the difference at `pointer`, or the other way round. `between`: nullptr where nothing is known.
FieldValues field_values(std::string_view field, std::string_view pointer, const Between* between);

}  // namespace drift::analysis
