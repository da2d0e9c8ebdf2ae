// What the generators share: the platform's policies.
#pragma once
#include <string>

#include "commands/command.hpp"
#include "policy/policy_set.hpp"

namespace drift::commands {

// --policy FILE|DIR into `policy`.
void add_policy_option(Arguments& app, std::string& policy);

// Those that --policy names, else those that are in force here. Warnings go to standard error. Throws InputError for mistakes
// and for `none`.
policy::PolicySet platform_policies(const std::string& policy);

}  // namespace drift::commands
