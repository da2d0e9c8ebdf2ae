// DriftPolicy (drift-policy.dev/v1alpha1) as data: what policies/schema.json describes, checked and read.
// docs/policy.md explains each setting. Reading is in load.hpp, putting several policies together in
// policy_set.hpp.
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/wildcard.hpp"
#include "json/pointer.hpp"
#include "kube/kinds.hpp"
#include "policy/condition.hpp"

namespace drift::policy {

inline constexpr const char* api_version = "drift-policy.dev/v1alpha1";
inline constexpr const char* policy_kind = "DriftPolicy";

// Place in the list of severities, 0 is the lowest.
using Rank = std::size_t;

using StringPairs = std::vector<std::pair<std::string, std::string>>;  // a mapping of strings, sorted by key

// What happens to drift of a severity: it is synced at once; a person must say yes first; Git's state is
// restored at once and people are told; everything is held and a person is called.
enum class Action : std::uint8_t { auto_sync, approve, restore, stop };

struct Remediation {
  Action action = Action::auto_sync;
  // At least this long between two remediations of one application.
  std::optional<std::chrono::seconds> cooldown;
  std::optional<unsigned> max_retries;
  bool rollback_on_failure = false;
};

// Who must say yes before a sync goes on. required 0: nobody.
struct Approval {
  unsigned required = 0;
  std::vector<std::string> groups;  // empty: anybody whom Argo CD lets run the action
  std::chrono::seconds timeout{std::chrono::hours{24}};
  std::optional<std::chrono::seconds> escalate_after;
  // An answer that Argo CD passes on, without saying whose, counts as one person.
  bool through_argocd = false;

  bool operator==(const Approval&) const = default;
};

// Which of Git's own changes a sync asks about before it applies them, and whom. `approval.required` is 1 at least.
struct ChangeApproval {
  Approval approval;
  bool changed = true, added = true, removed = true;  // `of`: what Git does to an object
  // Whether what is new counts as added where no sync has succeeded yet.
  bool first_sync = false;

  bool operator==(const ChangeApproval&) const = default;
};

// The words of `of`, in a policy and in a plan.
inline constexpr std::array<std::pair<std::string_view, bool ChangeApproval::*>, 3> change_words = {
    {{"changed", &ChangeApproval::changed},
     {"added", &ChangeApproval::added},
     {"removed", &ChangeApproval::removed}}};

struct Severity {
  std::string name;
  Remediation remediation;
  Approval approval;
  std::optional<ChangeApproval> changes;  // unset: Git's changes go by themselves
  std::vector<std::string> notify;        // channels: slack, email, pagerduty, …
  Place place;
};

// Whether some severity asks about Git's own changes.
inline bool ask_about_changes(const std::vector<Severity>& severities) {
  return std::any_of(severities.begin(), severities.end(),
                     [](const Severity& severity) { return severity.changes.has_value(); });
}

// Whether drift of the severity holds a sync until somebody has said yes.
inline bool waits(const Severity& severity) {
  const auto action = severity.remediation.action;
  return action == Action::approve || action == Action::stop || severity.approval.required > 0;
}

// A severity by its name. The rank is known once all policies are together.
struct SeverityRef {
  std::string name;
  Place place;
  Rank rank = 0;
};

// `[group/][version/]Kind`; what is left out is `*`.
struct KindPattern {
  Glob group{"*"}, version{"*"}, kind{"*"};
  std::string text;
};

// Hooks that authors may have although Argo CD runs or deletes them after the gate has refused (annotators/hooks/authors.hpp).
struct AllowedHooks {
  bool sync_fail = false;    // phases: [SyncFail]
  bool hook_failed = false;  // deletePolicies: [HookFailed]
  std::vector<KindPattern> kinds;
};

enum class Operator : std::uint8_t { in, not_in, exists, does_not_exist };

struct Requirement {
  std::string key;
  Operator op = Operator::in;
  std::vector<std::string> values;
};

// Kubernetes' LabelSelector; matchLabels are requirements `in` one value. All must hold.
struct Selector {
  std::vector<Requirement> requirements;
};

// Objects of which all clauses hold that are not empty; of a list, one entry must hold.
struct ResourceFilter {
  std::vector<KindPattern> kinds;
  std::vector<Glob> names;
  std::vector<Glob> namespaces;
  std::optional<Selector> selector;
  std::vector<std::pair<Glob, Glob>> annotations;  // every pair must be found
  Place place;
};

// One filter of `any` (where there are some) and every filter of `all` must hold.
struct Match {
  std::vector<ResourceFilter> any, all;
  Place place;
  bool empty() const { return any.empty() && all.empty(); }
};

// How a health script reports drift of a guarded field; none leaves the health alone.
enum class Health : std::uint8_t { none, progressing, degraded, suspended };

// What a rule says of fields: which ones it guards in the objects that it matches, by an id. policy::GuardedField is one of them in
// one object.
struct FieldRule {
  std::string id;
  std::vector<Pointer> pointers;
  std::optional<SeverityRef> severity;  // unset: the object's
  std::shared_ptr<const When> when;     // unset: whatever the values
  Health health = Health::none;
  Place place;
};

struct SyncWave {
  std::int32_t value = 0;
  bool overwrite = false;  // also over a wave that the author wrote
};

// How many objects a rule should match in one rendering.
struct Expectation {
  enum class Comparison : std::uint8_t {
    equal,
    at_least,
    at_most,
    more,
    fewer
  } comparison = Comparison::equal;
  std::size_t count = 0;
  std::string text;
  Place place;
  bool holds(std::size_t found) const;
};

struct Rule {
  std::string name;
  Match match, exclude;
  std::optional<SeverityRef> severity;
  // The manifest's annotation and the application's policy may lower this rule's severity.
  bool overridable = false;
  std::vector<FieldRule> fields;
  std::optional<SyncWave> sync_wave;
  std::optional<std::vector<std::string>> sync_options;  // `Prune=confirm`
  std::optional<bool> label;                             // the severity as a label too
  std::optional<Expectation> expect_matches;
  Place place;
};

// A manifest of the platform's own that is injected as a hook.
struct ExtraHook {
  std::string name;
  std::optional<SeverityRef> severity_at_least;  // unset: always
  std::string manifest;  // canonical JSON; has apiVersion, kind, metadata.name and a hook annotation
  Place place;
};

// Which audit records stay, of all applications of a platform namespace together; the newest always does.
struct Records {
  std::optional<std::uint32_t> keep;             // unset: default_records
  std::optional<std::chrono::seconds> keep_for;  // unset: however old
};
inline constexpr std::uint32_t default_records = 1000;

// Of the hooks' containers.
inline const StringPairs default_requests = {{"cpu", "10m"}, {"memory", "32Mi"}};
inline const StringPairs default_limits = {{"cpu", "500m"}, {"memory", "128Mi"}};
// All that `wanted` names, and of `defaults` the others; sorted.
StringPairs with_defaults(StringPairs wanted, const StringPairs& defaults);

// Where and how the injected hooks run.
struct Hooks {
  std::optional<std::string> ns;     // `namespace`; unset: the application's own
  std::optional<std::string> image;  // unset: the sidecar's own
  std::vector<std::string> image_pull_secrets;
  StringPairs requests, limits;  // of the hooks' containers: cpu, memory, …; what is missing has the default
  StringPairs labels;            // of the hooks' objects and pods
  Records records;
  std::optional<SeverityRef> severity_at_least;  // unset: the lowest severity whose action is not autoSync
  std::vector<ExtraHook> extra;
  std::optional<std::vector<AllowedHooks>> allow_authors;  // unset: none
  Place place;
};

enum class Enforcement : std::uint8_t { enforce, observe };

// One document as written: what it leaves out is unset, so that several policies can be put together.
struct Policy {
  std::string name;
  std::vector<Severity> severities;  // empty: not defined here
  bool severities_known = true;      // false: some couldn't be read, so names can't be checked against them
  std::optional<Enforcement> enforcement;
  std::optional<bool> allow_empty;  // a rendering without any manifest is let through
  std::optional<SeverityRef> default_severity;
  std::vector<Rule> rules;
  std::optional<Hooks> hooks;
  kube::KindFacts kinds;
  bool baseline = false;  // the baseline word for word, wherever it was read from
  Place place;
};

}  // namespace drift::policy
