// What Argo CD itself would render of a source: helm and kustomize are called with what it calls them with (argo-cd 3.6,
// reposerver/repository/repository.go helmTemplate, util/helm/cmd.go, util/kustomize/kustomize.go), read from the native blocks and
// not from our settings. Paths of values files, missing dependencies and a directory's files are found as for the plugin.
#pragma once
#include <rapidjson/document.h>

#include "outside/process.hpp"
#include "source/context.hpp"
#include "source/repository.hpp"
#include "source/source.hpp"

namespace drift::migrate {

// `native`: the source of an Application. Throws InputError for what is wrong with it or the folder, OutsideError where a program fails
// or is missing; kustomize has to be there by its own name, since `kubectl kustomize` has no `edit`.
source::Source render_natively(const rapidjson::Value& native, const source::Repository& repository,
                               const source::Context& context, outside::Programs& programs);

}  // namespace drift::migrate
