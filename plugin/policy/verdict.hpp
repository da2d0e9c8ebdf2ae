// What the policies say of one manifest.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/guarded_field.hpp"
#include "policy/policy.hpp"

namespace drift::policy {

// What decided the severity.
enum class DecidedBy : std::uint8_t { nothing, rule, annotation };

struct Verdict {
  Rank severity = 0;  // what is written: the platform's, or what the application raised it to
  Rank platform = 0;  // what the platform's policies alone say
  // The platform's severity whose demands (approval, groups, stop) stay beside those of `severity`: equal to
  // it where nobody raised it. Never above `severity`.
  Rank approval_severity = 0;
  DecidedBy decided_by = DecidedBy::nothing;
  std::string rule;  // `policy/rule` that decided the severity; `annotation` or `default` where none did
  std::string platform_rule;  // `policy/rule` behind `platform`, or `default`
  std::optional<SyncWave> wave;
  std::vector<std::string> sync_options;
  bool sync_options_overridable = false;  // where the author's say otherwise, the author's hold
  bool label = false;                     // the severity is wanted as a label too
  std::vector<GuardedField> guarded;      // sorted by key, keys are unique
  std::vector<std::uint32_t> matched;     // indices into PolicySet::rules of all rules that match
};

}  // namespace drift::policy
