// A Kustomize overlay, rendered by `kustomize build` with the options that Argo CD applies with `kustomize edit`
// (util/kustomize/kustomize.go).
#pragma once
#include "outside/process.hpp"
#include "source/context.hpp"
#include "source/options.hpp"
#include "source/repository.hpp"
#include "source/source.hpp"

namespace drift::source {

// The components that the options add: what patterns match, relative to the folder; others as they are, for they may be URLs.
List components_to_add(const Repository& repository, const Options& options);

void load_kustomize(const Repository& repository, const Options& options, const Context& context,
                    outside::Programs& programs, Source& source);

}  // namespace drift::source
