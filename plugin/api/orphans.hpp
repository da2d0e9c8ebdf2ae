// What left Git before a base was written (api::Orphans), as text beside the plan in the base's ConfigMap: `removed.json`, with its
// digest in an annotation. store/orphans.hpp says what it is for.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "api/plan.hpp"

namespace drift::api {

// The text's name in the ConfigMap, and how long it may be; a longer one is neither written nor read.
inline constexpr const char* orphans_file = "removed.json";
inline constexpr std::size_t longest_orphans = std::size_t{4} << 20;

// Canonical JSON, one line and its end.
std::string orphans_json(const Orphans& orphans, const Plan& plan);

// Reads what orphans_json() wrote, of that plan. Throws InputError.
Orphans read_orphans(std::string_view json, const Plan& plan);

}  // namespace drift::api
