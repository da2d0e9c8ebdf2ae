// Which objects a sync left unfinished, as far as they may be read.
#pragma once
#include <string>
#include <vector>

#include "hook/plan.hpp"
#include "outside/kubernetes.hpp"

namespace drift::hook {

// `Deployment shop/web: is not there`, `…: Progressing is False (ProgressDeadlineExceeded)`; at most 50, then how many more.
std::vector<std::string> failed_objects(const Plan& plan, outside::Kubernetes& kubernetes);

}  // namespace drift::hook
