#include "commands/platform_policies.hpp"

#include "outside/environment.hpp"
#include "outside/log.hpp"
#include "policy/load.hpp"

namespace drift::commands {

void add_policy_option(Arguments& app, std::string& policy) {
  app.add_option("--policy", policy, "a policy, or a folder of them; left out: those that are in force here")
      .type_name("FILE|DIR");
}

policy::PolicySet platform_policies(const std::string& policy) {
  policy::PolicyInputs inputs;
  if (!policy.empty()) inputs.flag = policy;
  const auto environment = outside::environment();
  if (const auto found = environment.find("DRIFT_POLICY_PATH"); found != environment.end())
    inputs.environment = found->second;
  std::vector<Finding> warnings;
  auto set = policy::resolve_policies(inputs, warnings);
  for (const auto& warning : warnings) outside::log(spdlog::level::warn, warning);
  if (set.none)
    throw InputError("--policy none: expected a policy, since what is generated follows from one");
  return set;
}

}  // namespace drift::commands
