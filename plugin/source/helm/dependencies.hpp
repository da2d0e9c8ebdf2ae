// What a chart lacks: Argo CD builds a chart's dependencies only where Helm says that they are missing.
#pragma once
#include <filesystem>

#include "outside/process.hpp"
#include "source/repository.hpp"

namespace drift::source {

// Runs `helm dependency build` in a private copy of the chart and gives the copy's folder.
std::filesystem::path build_dependencies(const Repository& repository, outside::Programs& programs);

}  // namespace drift::source
