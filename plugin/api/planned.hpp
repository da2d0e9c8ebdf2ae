// The objects of a plan before it is written (plan_json.hpp): which ones, and how much of each manifest.
//
// It says the same whether or not a manifest went through us before: it holds what policies and authors decided, not
// what we wrote. No value of a Secret, a ConfigMap or an environment variable is in it (redacted.hpp).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/kinds.hpp"
#include "manifest/manifest.hpp"
#include "policy/policy_set.hpp"
#include "policy/verdict.hpp"

namespace drift::api {

// An object as the plan and the hooks' Roles name it.
struct Planned {
  std::size_t object = 0;  // index into Manifests::objects()
  kube::Resource resource;
  std::string_view ns;       // where it will be; empty: nowhere (no namespaces), or not known
  std::int64_t wave = 0;     // in which it is applied, the policy's wave counted
  bool hook = false;         // a hook of the author's: applied anew with every sync, so it can't drift
  bool before_gate = false;  // applied before the gate runs, which therefore can't see its drift
  bool autoscaled = false;   // something else of the rendering decides /spec/replicas
  bool compared = false;     // the gate is to compare it, so the plan should have its manifest
  // The object, redacted; unset: not in the plan, so only its guarded fields can be compared.
  std::optional<std::string> manifest;
  bool digests = false;       // the manifest holds digests of parts
  std::size_t condensed = 0;  // how many of condensing_steps (condensed.hpp) were taken

  bool left_out() const { return compared && !manifest; }
};

// All objects of the rendering but those marked in `skip` (ours), in order; of what stands there twice the last (repeated.hpp).
std::vector<Planned> planned_objects(const policy::PolicySet& policies, const manifest::Manifests& manifests,
                                     const std::vector<policy::Verdict>& verdicts,
                                     const std::vector<bool>& skip, std::string_view destination);

// Puts the redacted manifests of those into the plan that the gate may read and compare. Of what is longer than
// longest_manifest (redacted.hpp) digests of parts are kept.
// `all_objects`: of hooks, and of what is applied before the gate, too, which only Git's own changes take.
void add_manifests(std::vector<Planned>& objects, const manifest::Manifests& manifests,
                   bool all_objects = false);

// Condenses manifests, from the largest down (of equal ones the later first), until their text is `bytes` less; what can't
// become shorter is left out. False where there was none.
bool shrink_manifests(std::vector<Planned>& objects, const manifest::Manifests& manifests, std::size_t bytes);

// The highest severity of these objects and of their guarded fields.
policy::Rank highest_severity(const std::vector<Planned>& objects,
                              const std::vector<policy::Verdict>& verdicts);

// Every severity that drift of these objects can have, or whose demands it meets: one flag for each rank.
std::vector<bool> possible_severities(const policy::PolicySet& policies, const std::vector<Planned>& objects,
                                      const std::vector<policy::Verdict>& verdicts);

}  // namespace drift::api
