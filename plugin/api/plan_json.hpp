// The plan as JSON: what one rendering is and what the policies say of it. The hooks read it in the cluster (plan.hpp), `render
// --plan` writes it to a file; docs/hooks.md lists its fields.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/planned.hpp"
#include "manifest/manifest.hpp"
#include "policy/policy_set.hpp"
#include "policy/verdict.hpp"

namespace drift::api {

// The version of the plan's own format. It is written as the lowest that has all of it, which older releases read: 1, with digests of
// parts 2, and with cases of guarded fields 3, which a release that doesn't know them would rate too low.
inline constexpr int plan_version = 3;
// A longer one is neither written nor read.
inline constexpr std::size_t longest_plan = std::size_t{16} << 20;

// What is rendered, and where the hooks live.
struct PlanHeader {
  std::string_view application, project, revision, repository, path;
  std::string_view destination;  // namespace; empty: not known
  std::string_view hooks_ns;
};

// Canonical JSON, one line and its end: keys sorted, durations in seconds, severities by name.
std::string plan_json(const PlanHeader& header, const policy::PolicySet& policies,
                      const manifest::Manifests& manifests, const std::vector<policy::Verdict>& verdicts,
                      const std::vector<Planned>& objects);

// `autoSync`, `approve`, `restore`, `stop`, as policies write them.
std::string_view action_name(policy::Action action);

// A repository's address without the password or token that may stand in it.
std::string without_credentials(std::string_view repository);

}  // namespace drift::api
