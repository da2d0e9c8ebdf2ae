#include "policy/inputs.hpp"

namespace drift::policy {

PolicyInputs inputs_of(const std::string& flag,
                       const std::map<std::string, std::string, std::less<>>& environment) {
  PolicyInputs inputs;
  if (!flag.empty()) inputs.flag = flag;
  if (const auto found = environment.find("DRIFT_POLICY_PATH"); found != environment.end())
    inputs.environment = found->second;
  return inputs;
}

}  // namespace drift::policy
