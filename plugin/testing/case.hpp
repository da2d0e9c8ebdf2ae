// DriftPolicyTest (drift-policy.dev/v1alpha1) as data, and its reader: what is rendered, by which policies, and what is expected.
// policies/test-schema.json describes each setting.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace drift::testing {

inline constexpr const char* test_kind = "DriftPolicyTest";

// What a check looks at.
enum class Aspect { severity, rule, action, approvals, field, sync_wave, sync_options, hooks, sync, error };

// One thing that must hold. The expected value is in the words in which results show it: lists are joined by `, `, an empty one is
// `none`.
struct Check {
  Place place;
  std::string object;  // KIND/NAME or KIND/NAMESPACE/NAME; empty: the application as a whole
  Aspect aspect = Aspect::severity;
  std::string field;  // the id, of Aspect::field
  std::string expected;
  std::string drift;  // the name of the Drift that it is about; empty: of what is rendered
};

// What somebody did to an object in the cluster.
struct LiveChange {
  Place place;
  std::string object;  // as in a Check
  std::string patch;   // a JSON merge patch (RFC 7386) of what Git wants; empty: it was deleted
};

// What the cluster looks like when the next sync begins, and what its gate is expected to make of that.
struct Drift {
  std::string name;
  std::vector<LiveChange> changes;
  std::vector<Check> checks;
};

struct Case {
  Place place;
  std::string name;
  std::string path;                     // of what is rendered, from the test's file on
  std::optional<std::string> policies;  // likewise; unset: those that `render` finds
  std::string parameters;               // as ARGOCD_APP_PARAMETERS has them; empty: none
  std::string app_name, app_namespace;
  std::vector<Check> checks;  // in the order in which they are written
  std::vector<Drift> drifts;
};

// The tests of one file; `name` is what messages call it. Throws InputError with all mistakes.
std::vector<Case> read_cases(const std::string& name, std::string_view text);

// `severity`, `field replicas`, `syncWave`: as results and messages call it.
std::string aspect_name(const Check& check);

// A list's words as a check has them.
std::string in_words(const std::vector<std::string>& list);

}  // namespace drift::testing
