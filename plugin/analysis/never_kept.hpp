// Fields that Argo CD applied and the cluster never kept: behind a feature gate that is off, or taken out by an admission webhook.
//
// The API server notes down who owns what when it takes a request, before its strategies and webhooks drop fields
// (k8s.io/apiserver, pkg/endpoints/handlers). Whoever takes a field away later, under any name, takes it from all owners
// (structured-merge-diff, merge/update.go). So a field that isn't there and that Argo CD still owns was never kept. Who may
// update the object can write such notes in a second request, as he can hide any other difference (docs/drift.md, "Who is
// trusted"); so it is always said. The copy in last-applied-configuration proves nothing: it is the same after a person has
// removed the field.
#pragma once
#include "analysis/compare.hpp"
#include "analysis/managers.hpp"

namespace drift::analysis {

bool never_kept(const Found& found, const Managers& managers);

}  // namespace drift::analysis
