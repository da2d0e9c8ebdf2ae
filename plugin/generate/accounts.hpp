// `generate accounts`: the platform's namespace for hooks, a ServiceAccount for each hook and severity, a Role for each hook, and a
// ClusterRole for what gate and alert look at that has no namespace. Pure.
#pragma once
#include <string>

#include "policy/policy_set.hpp"

namespace drift::generate {

// YAML documents. Throws InputError where the policy names no namespace.
std::string accounts(const policy::PolicySet& policies);

}  // namespace drift::generate
