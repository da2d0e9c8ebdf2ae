// A private copy of parts of a repository, for programs that write where they read.
#pragma once
#include <filesystem>
#include <vector>

#include "source/repository.hpp"

namespace drift::source {

// Copies `folders` with all that is below them, and single `links`, into `target`, at the same places relative to the
// repository's root. Files below `writable` are copied, others are hard links where that works. `.git` is left out, and so
// are links that are absolute or lead out of the repository. Throws InputError where there is more than 200,000 files
// or 1 GiB to copy, OutsideError where the disk is full.
void copy_folders(const Repository& repository, const std::vector<std::filesystem::path>& folders,
                  const std::vector<std::filesystem::path>& links, const std::filesystem::path& writable,
                  const std::filesystem::path& target);

// Where a path of the repository is in its copy at `target`.
std::filesystem::path place_in_copy(const Repository& repository, const std::filesystem::path& path,
                                    const std::filesystem::path& target);

}  // namespace drift::source
