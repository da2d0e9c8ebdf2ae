// Asks Argo CD what differs of an application: plans by what it renders at the last success and now, objects by what it manages.
#pragma once
#include "controller/comparison.hpp"
#include "outside/argocd/argocd.hpp"

namespace drift::controller {

// Three questions at most. Where one gets no answer, the comparison is blind and says why.
Comparison ask(outside::ArgoCd& argocd, const Summary& summary, Time now);

}  // namespace drift::controller
