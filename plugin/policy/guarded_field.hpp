// A guarded field of one object, and what Git wants there: what policies come to for it (guard.hpp), what the plan holds of it and
// the hooks read back. What a rule says of fields, before it is known which ones an object has, is policy::FieldRule; what drift
// of a field counts as is analysis::Rated.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/condition.hpp"
#include "policy/policy.hpp"

namespace drift::policy {

// What a difference of a guarded field counts as where a condition holds.
struct GuardedCase {
  std::shared_ptr<const When> when{};  // unset: always
  Rank severity = 0;
  Rank approval_severity = 0;
};

// Ranks are places in the severities of what holds it: the policies' (PolicySet), or the plan's.
struct GuardedField {
  std::string id;       // the field's id
  std::string key;      // `<id>`, or `<id>.<index>` for list elements; what follows want.drift-policy.dev/
  std::string pointer;  // without wildcards; list elements by their place in the manifest
  // Where it has cases the highest that a difference can count as, the object's own included unless one case always holds.
  Rank severity = 0;
  Rank approval_severity = 0;  // as Verdict::approval_severity
  // The value as an annotation holds it: a string as it is, anything else as canonical JSON, `sha256:<hex>`
  // where it is long or may hold a secret. Unset for Secrets: nothing of them may be written anywhere.
  std::optional<std::string> value{};
  Health health = Health::none;  // for what reads plans elsewhere: not read back from one
  // Of those that hold each counts; where none does, the field isn't guarded. None: it always counts as above.
  std::vector<GuardedCase> cases{};
};

}  // namespace drift::policy
