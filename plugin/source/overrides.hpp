// The files by which a repository changes how Argo CD renders its applications: `.argocd-source.yaml` and
// `.argocd-source-<application>.yaml`, which Argo CD merges into an application's source before it calls a plugin (Argo CD 3.6.1,
// reposerver/repository/repository.go, mergeSourceParameters). They can take the plugin, and the policy with it, away, which no plugin
// can prevent; so pipelines check them (docs/repository-check.md).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "outside/process.hpp"

namespace drift::source {

struct Overrides {
  std::vector<std::string> files;  // below the repository's root, sorted
  std::vector<Finding>
      mistakes;  // what they may not say, and what of the repository isn't there to be looked at
};

// Looks at all such files of a checkout, those of submodules included. They may set the plugin's parameters, and nothing else; one that
// can't be read, that is a link, or that says a thing twice is a mistake too. Where the checkout names submodules, git says whether they are
// there. Throws InputError where `checkout` is no folder or can't be walked through.
Overrides check_overrides(const std::filesystem::path& checkout, outside::Programs& programs);

}  // namespace drift::source
