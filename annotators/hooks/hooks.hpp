// The annotator of hooks: the objects that carry a policy into Argo CD's sync. Where the policies ask for it, it adds the
// plan, a gate before anything is applied, an audit after success and an alert after failure, with the accounts and
// rights that these need; and manifests of the policy's own. docs/hooks.md describes each object.
//
// What an author wrote can't get in its way: hooks that would run before the gate, words that make an object vanish,
// names of ours and objects in the platform's namespace are errors with their place.
#pragma once
#include <string>
#include <vector>

#include "annotators/annotator.hpp"

namespace drift::annotators {

// All additions. Throws InputError with every object that is in the way, or for a setting that is missing.
Changes hooks(const Input& input);

// Which objects of the source are exactly what hooks() injects: output of ours that is rendered again. Other annotators
// leave them alone, and no policy is asked about them. Only the exact object counts; one that merely has such a name is
// refused by hooks(). Call it before any annotator runs.
std::vector<bool> injected_objects(const Input& input);

// The plan of this rendering, as the plan's ConfigMap has it, whether or not hooks are injected.
std::string plan(const Input& input);

// The objects that the plan of this rendering has no room for, not even as digests of their parts, by index. The gate says "not
// inspected" of them, which counts as their own severity, and compares only their guarded fields.
std::vector<std::size_t> not_compared(const Input& input);

// Argo CD fills in namespaces that manifests leave out, but not those of a RoleBinding's subjects. Throws InputError where
// hooks will be injected and neither the policy nor the application says in which namespace. For calls by Argo CD; a
// preview may leave it open.
void require_hooks_namespace(const Input& input);

}  // namespace drift::annotators
