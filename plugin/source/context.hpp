// What Argo CD tells about the application that is rendered, and what the operator allows.
#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outside/environment.hpp"
#include "outside/limits.hpp"
#include "source/version.hpp"

namespace drift::source {

// `$ref/…`: a file of another of the application's sources, which a plugin doesn't see.
bool is_of_another_source(std::string_view path);

struct Context {
  // ARGOCD_APP_NAME: `<namespace>_<name>` for applications outside Argo CD's own namespace.
  std::string app_name;
  std::string ns;                          // ARGOCD_APP_NAMESPACE: the namespace that it is deployed to
  std::string project;                     // ARGOCD_APP_PROJECT_NAME
  std::string revision;                    // ARGOCD_APP_REVISION
  std::string repo_url;                    // ARGOCD_APP_SOURCE_REPO_URL
  std::optional<std::string> source_path;  // ARGOCD_APP_SOURCE_PATH; none where Argo CD did not call
  std::string target_revision;             // ARGOCD_APP_SOURCE_TARGET_REVISION
  std::string kube_version;                // KUBE_VERSION
  std::vector<std::string> api_versions;   // KUBE_API_VERSIONS

  // The operator's, never an application's.
  std::optional<std::filesystem::path> repo_root;  // --repo-root
  std::size_t max_directory_size =
      10'000'000;  // DRIFT_POLICY_MAX_MANIFEST_SIZE; Argo CD's default is 10M. 0: no limit
  // DRIFT_POLICY_EXEC_TIMEOUT, DRIFT_POLICY_MEMORY_LIMIT, DRIFT_POLICY_CONFINEMENT, DRIFT_POLICY_READABLE
  outside::Limits limits;
  // DRIFT_POLICY_ARGOCD_VERSION: whose ways of reading a source are followed; none: the newest's
  std::optional<ArgoCdVersion> argocd_version;

  // The application's name without its namespace (Argo CD's util/argo ParseInstanceName).
  std::string_view short_name() const;

  // Argo CD's build environment in `text`: $ARGOCD_APP_NAME, ${ARGOCD_APP_REVISION} and so on. Other variables are
  // empty, `$$` is `$` (v1alpha1.Env.Envsubst, which is Go's os.Expand).
  std::string substitute(std::string_view text) const;

  // The same of a path. Throws InputError naming `setting` where it is of another source: as a variable `$ref` would be empty, and
  // `/…` a file of this one.
  std::string substitute_path(std::string_view path, std::string_view setting) const;
};

// Reads all of it. Throws InputError where the operator's settings are wrong.
Context read_context(const outside::Environment& environment);

// A duration as Go writes it (`90s`, `1m30s`, `500ms`), or a number of seconds. Throws InputError naming `what`.
std::chrono::milliseconds time_limit(std::string_view text, std::string_view what);

}  // namespace drift::source
