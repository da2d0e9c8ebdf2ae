// Hooks of authors that Argo CD would run, or delete, after the gate has said no.
//
// Once a task of a sync has failed, the gate's like any other, Argo CD deletes the live objects of all hooks that have the
// delete policy HookFailed (also of those whose turn hadn't come, and of objects that were no hooks until this commit), and
// applies all SyncFail hooks (gitops-engine pkg/sync/sync_context.go: Sync, executeSyncFailPhase). All else waits for the
// gate: hooks of the other phases, BeforeHookCreation (in the hook's own wave) and HookSucceeded (after success). Hooks of
// deletion run when somebody deletes the application. A sync that is terminated or times out deletes nothing but hooks
// that run, and until the gate has passed these are ours.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "annotators/annotator.hpp"
#include "base/error.hpp"

namespace drift::annotators {

// What is wrong with a SyncFail hook that the policy doesn't allow (hooks.allowAuthors).
std::optional<Finding> forbidden_hook(const policy::PolicySet& policies, const manifest::Manifest& manifest);

// All of these, by index into the objects. None where no gate is injected, since there is nothing to get around. hooks()
// refuses them; where the policy is only observed, and the gate never says no, they are let through.
std::vector<std::pair<std::size_t, Finding>> forbidden_hooks(const Input& input);

// Takes the delete policy HookFailed from hooks where the policy doesn't allow it: such charts are common, and nothing
// is lost, since what failed is deleted before the next sync makes it anew. The annotator of delete policies.
Changes delete_policies(const Input& input);

}  // namespace drift::annotators
