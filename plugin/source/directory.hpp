// A directory of manifests, read as Argo CD's findManifests does (reposerver/repository/repository.go).
#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

#include "source/context.hpp"
#include "source/options.hpp"
#include "source/repository.hpp"
#include "source/source.hpp"

namespace drift::source {

// Adds the manifests of the repository's application folder to `source`; `shown` is the folder as messages should name it.
void load_directory(const std::filesystem::path& shown, const Repository& repository, const Options& options,
                    const Context& context, Source& source);

// Of the files that load_directory() reads, those that are links, absolute: links to folders aren't followed. Throws InputError as it does.
std::vector<std::filesystem::path> links_of_directory(const Repository& repository, const Options& options,
                                                      const Context& context);

// Whether a file of that name may hold manifests: `.yaml`, `.yml`, `.json`, `.jsonnet`.
bool has_manifest_name(const std::filesystem::path& path);

// Whether a file's text looks like manifests: it is rendered, and in YAML `apiVersion:`, `kind:` and `metadata:` stand, in JSON the
// same in quotes.
bool is_manifest_text(const std::filesystem::path& path, std::string_view text);

}  // namespace drift::source
