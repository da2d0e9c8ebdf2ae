// What is wrong with policies, gathered so that a person sees all of it at once.
#pragma once
#include <vector>

#include "base/error.hpp"

namespace drift::policy {

struct Findings {
  std::vector<Finding> mistakes;  // the policy is not used
  std::vector<Finding> warnings;  // it is, but probably isn't what was meant
};

}  // namespace drift::policy
