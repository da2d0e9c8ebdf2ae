// What the hooks may do: ServiceAccounts, Roles and RoleBindings, each as narrow as names allow.
#pragma once
#include "annotators/hooks_context.hpp"

namespace drift::annotators {

// ServiceAccounts and the hooks' own rights (where no platform namespace has them), then for each namespace of the plan
// a Role that names exactly the plan's objects there with `get`, bound to the gate and the alert.
// Throws InputError where a Role would be larger than Kubernetes stores.
Objects role_objects(const HookContext& context);

}  // namespace drift::annotators
