// The plans in what Argo CD renders of an application: one for each source that the plugin rendered, none where another did. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "api/plan.hpp"
#include "controller/summary.hpp"

namespace drift::controller {

// By the names of their ConfigMaps.
using Plans = std::map<std::string, api::Plan>;

// `manifests`: an object each, as JSON. Of the plans of this Application, whatever else calls itself one. Throws InputError where one
// can't be read or isn't what its digest says.
//
// Whoever can have the source rendered by another plugin (.argocd-source.yaml) can write a plan, too: what is read here may be
// shown, and no more.
Plans plans_in(const std::vector<std::string>& manifests, const std::string& ns, const std::string& name);

// nullptr: the plan doesn't have it.
const api::PlannedObject* find_in(const api::Plan& plan, const ObjectName& object);

}  // namespace drift::controller
