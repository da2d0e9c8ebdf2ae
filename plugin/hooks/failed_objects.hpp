// What a sync left unfinished, as far as it may be read.
#pragma once
#include <string>
#include <vector>

#include "api/plan.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::hooks {

// `Deployment shop/web: is not there`, `…: Progressing is False (ProgressDeadlineExceeded)`, `…: /spec/replicas is 1, Git wants
// 2`; by wave, so that those which failed stand before those to which Argo CD didn't get any more. At most 50, then how many more.
std::vector<std::string> failed_objects(const api::Plan& plan, outside::Kubernetes& kubernetes);

}  // namespace drift::hooks
