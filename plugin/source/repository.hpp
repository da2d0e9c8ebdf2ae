// The boundary that no path of a source leaves. Paths are checked after all links in them have been resolved.
#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

#include "source/context.hpp"

namespace drift::source {

// Whether a path is the folder or below it, by their names; both absolute, without `..`.
bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder);

class Repository {
 public:
  // The repository around the application's folder: --repo-root; else, where Argo CD called, the folder that
  // ARGOCD_APP_SOURCE_PATH starts from; else the nearest one upwards with `.git`; else the application's folder itself.
  // Throws InputError where the folder isn't there, or not in that root. What Argo CD sends can be less than the repository: the
  // common folder of the paths in the annotation manifest-generate-paths (getApplicationRootPath in its
  // reposerver/repository/utils.go); root() is then that folder.
  Repository(const std::filesystem::path& folder, const Context& context);

  const std::filesystem::path& root() const { return root_; }  // absolute, without links
  const std::filesystem::path& folder() const {
    return folder_;
  }  // the application's: absolute, without links

  bool holds(const std::filesystem::path& resolved) const;

  // The absolute path of what is written with a leading `/`, which starts from the whole repository's root. Throws InputError,
  // naming `what`, where Argo CD didn't send that part of it.
  std::filesystem::path from_root(std::string_view written, std::string_view what) const;

  // Throws InputError, naming `what` and what to add to the annotation, where the path is in the part of the repository that
  // Argo CD didn't send. The path is absolute; `..` in it goes before links.
  void refuse_unsent(const std::filesystem::path& path, std::string_view written,
                     std::string_view what) const;

  // A path that somebody wrote in a setting: relative to the application's folder, or to the root where it starts with
  // `/` (Argo CD's util/io/path ResolveValueFilePathOrUrl). Gives the absolute path; what is there is resolved, what isn't is
  // kept as it is. Throws InputError, naming `what`, where it leaves the repository or is a URL.
  std::filesystem::path resolve(std::string_view written, std::string_view what) const;

  // The same for a path that has been joined already; `written` is what messages call it.
  std::filesystem::path check(const std::filesystem::path& path, std::string_view written,
                              std::string_view what) const;

  // The links among the folders that a path of the repository goes through.
  std::vector<std::filesystem::path> links_on(const std::filesystem::path& path) const;

  // Throws InputError where a link below `folder` (or in folders that links lead to) leads out of the repository: helm
  // follows them.
  void check_links(const std::filesystem::path& folder) const;

 private:
  [[noreturn]] void throw_unsent(std::filesystem::path path, std::string_view written,
                                 std::string_view what) const;

  std::filesystem::path folder_;
  std::filesystem::path root_;
  std::filesystem::path
      above_;  // of root_ in the whole repository: the part of the source path that wasn't sent
};

}  // namespace drift::source
