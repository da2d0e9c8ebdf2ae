// All policies that hold for one rendering, put together: the platform's in the order of their file names,
// then the application's own. Immutable once made, so any number of threads may decide by it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"

namespace drift::policy {

struct RuleRef {
  std::uint32_t policy = 0, rule = 0;  // PolicySet::policies[policy].rules[rule]
  bool application = false;            // of the application's own policy: may only raise
};

struct PolicySet {
  std::vector<Policy> policies;
  std::vector<RuleRef> rules;  // all rules, in the order in which the first that sets something wins
  std::vector<Severity> severities;
  Enforcement enforcement = Enforcement::enforce;
  bool allow_empty = false;
  Rank default_severity = 0;  // of manifests that no rule gives a severity
  Hooks hooks;
  kube::KindFacts kinds;
  Rank hooks_from = 0;  // the built-in hooks are injected where the application's highest severity is at
                        // least this; severities.size(): never
  std::string digest;   // SHA-256 of the policies' texts, for the plan
  std::string platform_digest;  // of the platform's alone
  bool none = false;            // `--policy none`: nothing is decided and nothing written

  const Rule& rule(std::size_t index) const { return policies[rules[index].policy].rules[rules[index].rule]; }
  // `policy/rule`
  std::string rule_name(std::size_t index) const;
  std::optional<Rank> rank(std::string_view severity) const;
  // Whether some severity asks about objects that leave Git: the rendering of the sync no longer tells of which severity they were.
  bool asks_about_removals() const;
  // `low, medium, high, critical`, for messages.
  std::string severity_names() const;
  // What a name that isn't listed may have meant: `; did you mean "high"?`, else the names.
  std::string suggest_severity(std::string_view name) const;
};

// The four severities that hold where no policy lists its own: low, medium, high, critical.
const std::vector<Severity>& default_severities();

// Puts policies together; appends to `mistakes` what doesn't fit: severities that differ or aren't listed,
// the same policy name twice, settings that contradict each other, an application's policy that does more
// than raise.
PolicySet combine(std::vector<Policy> platform, std::optional<Policy> application,
                  std::vector<Finding>& mistakes);

// The set of `--policy none`.
PolicySet no_policy();

}  // namespace drift::policy
