// The plan as the hooks read it back: what `render` wrote into its ConfigMap (plan_object.hpp has that, plan_json.hpp the JSON; docs/hooks.md
// lists its fields). The base is a plan too, that of the last success.
//
// A plan is untrusted until its digest was checked: reading is bounded in size and depth, and whatever is not as
// `render` writes it is an InputError that says where.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/fields.hpp"
#include "policy/guarded_field.hpp"
#include "policy/policy.hpp"

namespace drift::api {

// What the plan is called in messages, and in a ConfigMap.
inline constexpr const char* plan_file = "plan.json";

// Ranks are places in Plan::severities.
struct PlannedObject {
  std::string group, version, kind, resource, ns, name;  // resource: the plural; ns: the namespace
  policy::Rank severity = 0;
  policy::Rank approval_severity = 0;  // the platform's severity whose approval stays
  std::string rule;
  std::int64_t wave = 0;
  bool hook = false;         // of the author's: can't drift
  bool before_gate = false;  // applied before the gate looks
  std::vector<policy::GuardedField> guarded;
  std::vector<std::string> ignored;  // pointers that are no drift, as policies write them, `*` included
  // The object as Git wants it, redacted (api/redacted.hpp), as canonical JSON. Text, since a plan of thousands of
  // objects is looked at one by one. Unset: left out, so only guarded fields can be compared.
  std::optional<std::string> manifest;

  // Nothing that is known says how the API calls the kind and whether it has a namespace, so the rendering took what is likely.
  bool guessed = false;
  std::string written_ns;  // of what is guessed: its namespace if the kind has one
  // Of what was guessed wrongly: how the rendering, and so its Role, called it (gate/cluster_kinds.hpp). Empty: rightly.
  std::string role_resource, role_ns;

  // `Deployment shop/web`, for people.
  std::string display() const;
  // The same object in another plan: group, kind, namespace and name (not the version).
  std::string identity() const;
  // Hooks are applied anew with every sync, and what gets its name from the server can't be found again.
  bool can_drift() const { return !hook && !name.empty(); }
};

// What Git wanted of an object at the last success that had it.
struct Orphan {
  PlannedObject object;
  std::string revision;  // of that success
  std::string recorded;  // RFC 3339: when it was recorded; empty: not known
  bool hook = false;     // Git has a hook of its name instead
};

// What left Git before a base was written, and may be in the cluster still. Whether Argo CD pruned it nobody knows (store/orphans.hpp).
struct Orphans {
  std::vector<Orphan> objects;
  bool incomplete = false;  // there may have been more
};

struct Plan {
  std::string application, project, revision, repository, path;
  std::string destination, hooks_ns;  // empty: not known when it was rendered
  std::string plugin_version, policy_digest;
  std::string platform_policy_digest;  // without the application's own policy
  bool observe = false;
  policy::Rank severity = 0;                 // the application's highest
  std::vector<policy::Severity> severities;  // lowest first, never empty; no Place in them
  std::vector<PlannedObject> objects;
  std::string digest;   // `sha256:<hex>` of the plan's bytes
  std::string written;  // RFC 3339: when its ConfigMap was last written, by the API server; empty: not known
  Orphans orphans;      // of a base; a plan of `render` has none

  const std::string& name(policy::Rank rank) const { return severities[rank].name; }
  // The rank of a name; nothing where this plan has no such severity.
  std::optional<policy::Rank> rank(std::string_view name) const;
  // The rank here of another plan's severity, by its name; one that this plan no longer has is its highest: better too high.
  policy::Rank rank_of(const Plan& other, policy::Rank rank_there) const;
};

// Reads a plan's JSON. Throws InputError.
Plan read_plan(std::string_view json);

// Reads one of a plan's objects, whose severities are those of `plan`. Throws InputError.
PlannedObject read_planned_object(const Fields& fields, const Plan& plan);

}  // namespace drift::api
