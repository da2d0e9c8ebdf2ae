// What a chart lacks: Argo CD builds a chart's dependencies only where Helm says that they are missing.
#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "outside/process.hpp"
#include "source/repository.hpp"

namespace drift::source {

struct Dependencies {
  std::set<std::string> repositories;          // URLs of chart repositories
  std::vector<std::filesystem::path> folders;  // charts of this repository (`file://`)
  std::vector<std::filesystem::path> links;    // that lead to some of them
};

// What the chart's own files name. Throws InputError, with the place, for folders outside of the repository, and for repositories
// that go by a name.
Dependencies find_dependencies(const Repository& repository);

// Runs `helm dependency build` in a private copy of the chart and gives the copy's folder.
std::filesystem::path build_dependencies(const Repository& repository, outside::Programs& programs);

}  // namespace drift::source
