// A Helm chart, rendered by `helm template` with the arguments that Argo CD gives (util/helm/cmd.go, and helmTemplate in
// reposerver/repository/repository.go).
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "outside/process.hpp"
#include "source/context.hpp"
#include "source/options.hpp"
#include "source/repository.hpp"
#include "source/source.hpp"

namespace drift::source {

void load_helm(const Repository& repository, const Options& options, const Context& context,
               outside::Programs& programs, Source& source);

// The `--values` files: resolved, patterns expanded, in the order that Helm shall merge them.
std::vector<std::filesystem::path> resolve_value_files(const Repository& repository, const Options& options,
                                                       const Context& context);

// The files of `helm-file-parameters`, absolute, by the parameter's name. Throws InputError where one isn't there.
std::map<std::string, std::filesystem::path> resolve_file_parameters(const Repository& repository,
                                                                     const Options& options,
                                                                     const Context& context);

}  // namespace drift::source
