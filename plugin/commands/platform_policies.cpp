#include "commands/platform_policies.hpp"

#include "outside/environment.hpp"
#include "outside/log.hpp"
#include "policy/inputs.hpp"

namespace drift::commands {

void add_policy_option(Arguments& app, std::string& policy) {
  app.add_option("--policy", policy, "a policy, or a folder of them; left out: those that are in force here")
      .type_name("FILE|DIR");
}

policy::PolicySet platform_policies(const std::string& policy) {
  std::vector<Finding> warnings;
  auto set = policy::resolve_policies(policy::inputs_of(policy, outside::environment()), warnings);
  for (const auto& warning : warnings) outside::log(spdlog::level::warn, warning);
  if (set.none)
    throw InputError("--policy none: expected a policy, since what is generated follows from one");
  return set;
}

}  // namespace drift::commands
