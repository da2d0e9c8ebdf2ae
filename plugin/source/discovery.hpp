// Whether a folder is an application that render takes, without reading more than is needed to say so.
#pragma once
#include <filesystem>
#include <optional>

#include "source/source.hpp"

namespace drift::source {

// The type of what is there: a kustomization, a chart, or a folder that directly holds a file which looks like manifests. None
// otherwise.
std::optional<Type> discover(const std::filesystem::path& folder);

}  // namespace drift::source
