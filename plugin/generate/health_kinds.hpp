// The kinds whose health Argo CD 3.6 can tell by a rule that is known here, or for which it has none.
//
// A script in argocd-cm replaces Argo CD's own check of its kind, so a kind gets one only where that check can be repeated:
// those that are written in Go (gitops-engine/pkg/health) and the Lua ones of kinds that the baseline guards
// (resource_customizations/), ported in plugin/generate/health/. Kubernetes' other kinds have no check in Argo CD.
#pragma once
#include <span>
#include <string_view>

namespace drift::generate {

struct HealthKind {
  std::string_view group, kind;
  std::string_view (*check)();  // Lua: `local function built_in()`, what Argo CD alone would say of `obj`
};

// Sorted by group and kind.
std::span<const HealthKind> health_kinds();

}  // namespace drift::generate
