// Argo CD's actions on a gate's Job: Lua scripts in argocd-cm, which write the answer that Argo CD's account may give.
#pragma once
#include <string>

namespace drift::generate {

// A patch of the ConfigMap argocd-cm, for Kustomize or `kubectl patch --patch-file`. Always the same bytes.
std::string actions_patch();

}  // namespace drift::generate
