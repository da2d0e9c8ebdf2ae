// What a chart's values are, for people to look at.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "source/context.hpp"
#include "source/options.hpp"
#include "source/repository.hpp"

namespace drift::source {

// values.yaml and the values files of the options, later ones stronger, as names for `--set` (`image.tag`, `hosts[0]`). At most
// 1,000; files that can't be read and likely secrets (secrecy.hpp) are left out (Argo CD's helm.GetParameters shows these too).
Map chart_values(const Repository& repository, const Options& options, const Context& context);

// The YAML files below the folder with `values` in their name, sorted, at most 100.
List value_files_present(const std::filesystem::path& folder);

}  // namespace drift::source
