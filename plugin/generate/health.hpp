// `generate health`: health scripts for Argo CD, written from the policy, so that drift of a guarded field shows in an object's
// health. Pure: the same policy gives the same bytes.
#pragma once
#include <string>
#include <vector>

#include "policy/policy_set.hpp"

namespace drift::generate {

// A check of the platform's own, for a kind that is not known here or whose check shall be another. `lua` is a script as Argo CD
// takes it; blank: objects of the kind are always healthy.
struct OwnCheck {
  std::string group, kind;
  std::string lua;
};

struct HealthScripts {
  std::string config_map;          // argocd-cm with nothing but our keys, for server-side apply
  std::vector<std::string> notes;  // kinds that rules guard and that get no script, a sentence each
};

HealthScripts health_scripts(const policy::PolicySet& policies, const std::vector<OwnCheck>& own);

}  // namespace drift::generate
