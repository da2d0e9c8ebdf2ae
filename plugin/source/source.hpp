// The first stage of rendering: the files that an application consists of, as Argo CD's native renderers would read or
// make them (reposerver/repository/repository.go, util/helm, util/kustomize in argoproj/argo-cd).
#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/manifest.hpp"
#include "outside/process.hpp"
#include "source/context.hpp"
#include "source/options.hpp"

namespace drift::source {

enum class Type { directory, kustomize, helm, stream };

std::string_view to_string(Type type);

struct Source {
  Type type = Type::directory;
  // In the order in which Argo CD reads them. Empty where a directory holds no manifests: what that means is for the caller.
  std::vector<manifest::SourceFile> files;
  std::vector<std::string> warnings;  // for people, a line each
};

// Reads what `path` names: a folder, a single file, or `-` for standard input.
// Throws InputError for what is wrong with the source or the options, OutsideError where helm or kustomize fails.
Source load(const std::string& path, const Options& options, const Context& context,
            outside::Programs& programs);

// What Argo CD would take the folder for: kustomize where it holds a kustomization (even beside a chart), helm where it
// holds a Chart.yaml, else a directory. `forced` is the option source-type.
Type detect(const std::filesystem::path& folder, std::string_view forced);

}  // namespace drift::source
