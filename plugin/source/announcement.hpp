// What Argo CD's form for a plugin's parameters shows: the settings that have an effect on this source, each with the value that
// applies here (reposerver's ParameterAnnouncement; what is shown follows populateHelmAppDetails and
// populateKustomizeAppDetails).
#pragma once
#include <string>

#include "source/context.hpp"
#include "source/options.hpp"

namespace drift::source {

// The JSON array. Throws InputError where `path` is no folder.
std::string announcement(const std::string& path, const Options& options, const Context& context);

}  // namespace drift::source
