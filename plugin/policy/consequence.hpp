// What happens to drift of a severity, in plain words. Pure; the gate decides by the same settings (gate/decision.hpp).
#pragma once
#include <string>

#include "policy/policy_set.hpp"

namespace drift::policy {

// `put back by the next sync`, `1 approval within 24 h`, `put back with an alert`, `the sync stops, and leaves an alert`.
// `approval_severity` as Verdict::approval_severity: what it asks for is asked for too.
std::string consequence(const PolicySet& policies, Rank severity, Rank approval_severity);

}  // namespace drift::policy
