// Where the platform's policies are, as each command is told.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "policy/load.hpp"

namespace drift::policy {

// `flag`: what --policy names, empty where it wasn't given; DRIFT_POLICY_PATH of `environment`.
PolicyInputs inputs_of(const std::string& flag,
                       const std::map<std::string, std::string, std::less<>>& environment);

}  // namespace drift::policy
