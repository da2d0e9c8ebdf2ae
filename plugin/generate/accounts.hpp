// `generate accounts`: the platform's namespace for hooks, with a ServiceAccount for each hook and severity and a Role for each
// hook. Pure.
#pragma once
#include <string>

#include "policy/policy_set.hpp"

namespace drift::generate {

// YAML documents. Throws InputError where the policy names no namespace.
std::string accounts(const policy::PolicySet& policies);

}  // namespace drift::generate
