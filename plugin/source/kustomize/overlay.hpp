// The folders that a kustomization is made of: itself, its bases, components and so on. Kustomize reads files only below the
// folder that names them, but takes folders from anywhere; so these are what has to be checked, and copied.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "source/repository.hpp"

namespace drift::source {

struct Overlay {
  std::vector<std::filesystem::path> folders;  // absolute, without links
  std::vector<std::filesystem::path> links;    // that lead to some of them
};

// All that is reached from `start`. Throws InputError, with the place, where a folder is outside of the repository, and for
// kustomizations that can't be read.
Overlay find_overlay(const Repository& repository, const std::filesystem::path& start,
                     const std::vector<std::string>& extra_components);

// The name of the folder's kustomization file (kustomization.yaml, kustomization.yml or Kustomization), or empty.
std::filesystem::path kustomization_name(const std::filesystem::path& folder);

// A kustomization is never larger than this.
inline constexpr std::size_t max_kustomization_size = std::size_t{16} << 20;

}  // namespace drift::source
