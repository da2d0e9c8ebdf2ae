// What the hooks may do: ServiceAccounts, Roles and RoleBindings, each as narrow as names allow.
#pragma once
#include "annotators/hooks/context.hpp"

namespace drift::annotators {

// ServiceAccounts and the hooks' own rights (where no platform namespace has them), then for each namespace of the plan
// a Role that names exactly the plan's objects there with `get`, bound to the gate and the alert, and one that names the
// author's hooks there which can fail, bound to the alert alone.
// Throws InputError where a Role would be larger than Kubernetes stores.
Objects role_objects(const HookContext& context);

// One rule of a Role. No names: all objects of the resource.
struct RoleRule {
  std::string group, resource;
  std::vector<std::string> verbs, names;
};
rapidjson::Value rule_list(const std::vector<RoleRule>& rules, rapidjson::Document& document);

// What a hook's account may do in the platform's namespace: the same as where its account is injected, but of any name
// that begins with an application's, since one account serves all applications of a severity, and no Role can say "what begins
// like this application".
std::vector<RoleRule> platform_rules(api::Hook hook);

}  // namespace drift::annotators
