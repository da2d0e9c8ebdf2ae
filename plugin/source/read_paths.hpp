// What a rendering reads of its repository, for Argo CD's annotation argocd.argoproj.io/manifest-generate-paths: which commits
// concern an application, and, with `reposerver.plugin.use.manifest.generate.paths`, what is sent to the plugin.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "source/context.hpp"
#include "source/options.hpp"
#include "source/repository.hpp"

namespace drift::source {

// The paths as the annotation has them, relative to the application's folder: `.` first, then folders (bases, components, charts)
// and single files (values, what links lead to) outside of it, sorted, none below another. Nothing is rendered. Throws
// InputError where the sources can't be read, and for a path that the annotation can't hold.
std::vector<std::string> read_paths(const Repository& repository, const Options& options,
                                    const Context& context);

// Those of `paths` that the value of an annotation doesn't cover: no item of it is the path or a folder above. Argo CD's
// patterns cover nothing here, as they don't count for what is sent.
std::vector<std::string> lacking_paths(std::string_view annotation, const std::vector<std::string>& paths,
                                       const Repository& repository);

}  // namespace drift::source
