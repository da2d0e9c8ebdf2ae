// Manifests of the policy's own that are injected as hooks too.
#pragma once
#include "annotators/hooks/context.hpp"

namespace drift::annotators {

// Those whose `when` holds, in the policy's order, none where nothing is rendered. They stay as the policy has them but for
// metadata.name, which becomes Names::extra() of it, so that two applications don't share one object. In all their
// strings `${drift-policy:NAME}` becomes the injected name of the manifest that is called NAME in the policy.
Objects extra_objects(const HookContext& context);

}  // namespace drift::annotators
