// Which objects' drift goes by itself, though the rest of the application's waits. Pure.
#pragma once
#include <vector>

#include "api/plan.hpp"
#include "api/report.hpp"
#include "controller/summary.hpp"

namespace drift::controller {

struct ByItself {
  std::vector<ObjectName> objects;
  policy::Remediation remediation;  // the longest cooldown and the fewest retries of their severities
};

// The longer cooldown and the fewer retries of both; nothing else of them.
void take_stricter(policy::Remediation& all, const policy::Remediation& other);

// Objects that drifted or were deleted, each of whose differences is known and has a severity that nobody is
// asked about (autoSync, restore), and of which Git itself changes nothing. In doubt an object isn't among
// them. `base`: as analysis::analyse() had it.
ByItself by_itself(const api::Plan& plan, const api::Plan* base, const api::Report& report);

}  // namespace drift::controller
