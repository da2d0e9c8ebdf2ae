#include <fmt/format.h>

#include <set>
#include <system_error>

#include "base/error.hpp"
#include "source/glob/pattern.hpp"
#include "source/helm/helm.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr const char* setting = "helm-value-files";

void add_matches(const Repository& repository, const std::string& pattern, std::set<fs::path>& taken,
                 std::vector<fs::path>& files, bool may_be_empty) {
  const bool from_root = pattern.starts_with('/');
  const auto written =
      from_root ? repository.from_root(pattern, setting).lexically_relative(repository.root()).string()
                : pattern;
  bool any = false;
  for (const auto& match : expand_pattern(from_root ? repository.root() : repository.folder(), written)) {
    std::error_code ignored;
    if (!fs::is_regular_file(match, ignored)) continue;
    auto path = repository.check(match, pattern, setting);
    any = true;
    if (taken.insert(match.lexically_normal()).second) files.push_back(std::move(path));
  }
  if (!any && !may_be_empty) throw InputError(fmt::format("{}: no file matches '{}'", setting, pattern));
}

// The path as Argo CD joins it, links not followed: two links to one file are two files there.
fs::path joined(const Repository& repository, const std::string& entry) {
  return (entry.starts_with('/') ? repository.from_root(entry, setting) : repository.folder() / entry)
      .lexically_normal();
}

}  // namespace

std::vector<fs::path> resolve_value_files(const Repository& repository, const Options& options,
                                          const Context& context) {
  // Each file is read once, where it is first named (appendUnique in Argo CD 3.4's getResolvedValueFiles; before, a file named
  // twice was read twice, and the last place counted). A file that is named keeps its place, whatever patterns match it too.
  const bool read_again = context.argocd_version && *context.argocd_version < unique_values_files;
  std::set<fs::path> taken;
  std::vector<std::string> entries;
  for (const auto& written : options.helm_value_files) {
    entries.push_back(context.substitute_path(written, setting));
    if (!is_pattern(entries.back())) taken.insert(joined(repository, entries.back()));
  }
  std::vector<fs::path> files;
  std::set<fs::path> named;
  for (const auto& entry : entries) {
    if (is_pattern(entry)) {
      add_matches(repository, entry, taken, files, options.helm_ignore_missing_value_files);
      continue;
    }
    auto path = repository.resolve(entry, setting);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
      if (options.helm_ignore_missing_value_files) continue;
      throw InputError(fmt::format("{}: there is no file '{}'", setting, entry));
    }
    if (named.insert(joined(repository, entry)).second || read_again) files.push_back(std::move(path));
  }
  return files;
}

}  // namespace drift::source
