// What the policies say of one manifest.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/policy.hpp"

namespace drift::policy {

// A guarded field of a manifest: where it is and what Git wants there.
struct Guarded {
  std::string id;       // the field's id
  std::string key;      // `<id>`, or `<id>.<index>` for list elements; what follows want.drift-policy.dev/
  std::string pointer;  // without wildcards
  Rank severity = 0;
  Rank approval_severity = 0;  // as Verdict::demands
  Health health = Health::none;
  // The value as an annotation holds it: a string as it is, anything else as canonical JSON, `sha256:<hex>`
  // where it is long or may hold a secret. Unset for Secrets: nothing of them may be written anywhere.
  std::optional<std::string> value;
};

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
  std::vector<Guarded> guarded;           // sorted by key, keys are unique
  std::vector<std::uint32_t> matched;     // indices into PolicySet::rules of all rules that match
};

}  // namespace drift::policy
