#include "source/repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "kube/sync.hpp"
#include "source/glob/pattern.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

// More than any chart has; a bound for what is walked.
constexpr std::size_t max_entries = 100'000;

fs::path real_path(const fs::path& path) {
  std::error_code error;
  auto result = fs::canonical(path, error);
  if (error) throw InputError({path.string()}, fmt::format("can't be read: {}", error.message()));
  return result;
}

std::vector<fs::path> components(const fs::path& source_path) {
  std::vector<fs::path> parts;
  for (const auto& part : source_path.lexically_normal()) {
    if (!part.empty() && part != "." && part != "/") parts.push_back(part);
  }
  return parts;
}

// How often to go up from the folder to the root: the components of the source path that the folder ends in. Argo CD may
// send only a part of the repository (manifest-generate-paths), so these can be fewer than all.
std::size_t shared_tail(const fs::path& folder, const std::vector<fs::path>& wanted) {
  const std::vector<fs::path> have(folder.begin(), folder.end());
  for (auto count = std::min(wanted.size(), have.size()); count > 0; --count) {
    const auto tail = static_cast<std::ptrdiff_t>(count);
    if (std::equal(wanted.end() - tail, wanted.end(), have.end() - tail)) return count;
  }
  return 0;
}

struct Root {
  fs::path path;
  fs::path above;  // the folders of the source path that lead to it
};

Root find_root(const fs::path& folder, const Context& context) {
  if (context.repo_root) return {real_path(*context.repo_root), {}};
  const auto wanted = components(context.source_path.value_or(""));
  const auto up = shared_tail(folder, wanted);
  Root root{folder, {}};
  for (std::size_t i = 0; i < up; ++i) root.path = root.path.parent_path();
  for (std::size_t i = 0; i + up < wanted.size(); ++i) root.above /= wanted[i];
  if (context.source_path && (up > 0 || wanted.empty())) return root;
  for (auto candidate = folder;; candidate = candidate.parent_path()) {
    std::error_code ignored;
    if (fs::exists(candidate / ".git", ignored)) return {candidate, {}};
    if (candidate == candidate.root_path()) return root;
  }
}

}  // namespace

bool is_below(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

Repository::Repository(const fs::path& folder, const Context& context) : folder_(real_path(folder)) {
  auto root = find_root(folder_, context);
  root_ = std::move(root.path);
  above_ = std::move(root.above);
  if (!holds(folder_)) {
    throw InputError(fmt::format("{} is not in the repository {}", folder_.string(), root_.string()));
  }
}

bool Repository::holds(const fs::path& resolved) const {
  return is_below(resolved, root_);
}

fs::path Repository::resolve(std::string_view written, std::string_view what) const {
  if (written.find("://") != std::string_view::npos) {
    throw InputError(fmt::format("{}: '{}' is a URL; expected a file of the repository", what, written));
  }
  if (written.find('\0') != std::string_view::npos) {
    throw InputError(fmt::format("{}: expected the path of a file, without NUL", what));
  }
  return check(written.starts_with('/') ? from_root(written, what) : folder_ / written, written, what);
}

fs::path Repository::from_root(std::string_view written, std::string_view what) const {
  const auto path = fs::path(written).relative_path();
  if (above_.empty()) return root_ / path;
  const auto relative = ("/" / path).lexically_normal().lexically_relative("/" / above_);
  if (*relative.begin() == "..") throw_unsent(("/" / path).lexically_normal(), written, what);
  return root_ / relative;
}

void Repository::refuse_unsent(const fs::path& path, std::string_view written, std::string_view what) const {
  const auto below = path.lexically_normal().lexically_relative(root_);
  auto up = std::distance(above_.begin(), above_.end());
  for (const auto& part : below)
    if (part == "..") --up;
  if (below.empty() || *below.begin() != ".." || up < 0) return;
  throw_unsent(path.lexically_normal().lexically_relative(folder_), written, what);
}

void Repository::throw_unsent(fs::path path, std::string_view written, std::string_view what) const {
  while (is_pattern(path.string())) path = path.parent_path();  // only folders count for what is sent
  throw InputError(fmt::format(
      "{}: Argo CD did not send '{}' to the plugin; expected '{}' in the Application's annotation "
      "{} (`drift-policy paths` says which it needs)",
      what, written, path.string(), kube::generate_paths));
}

fs::path Repository::check(const fs::path& path, std::string_view written, std::string_view what) const {
  std::error_code error;
  // `..` goes first and links after it, as in Argo CD and Kustomize (Go's filepath.Join).
  auto resolved = fs::weakly_canonical(path.lexically_normal(), error);
  if (!error && !holds(resolved)) refuse_unsent(path, written, what);
  if (error || !holds(resolved) || resolved == root_) {
    throw InputError(fmt::format("{}: '{}' is outside of the repository", what, written));
  }
  return resolved;
}

std::vector<fs::path> Repository::links_on(const fs::path& path) const {
  std::vector<fs::path> links;
  fs::path link;
  for (const auto& part : path) {
    link /= part;
    std::error_code ignored;
    if (holds(link) && fs::is_symlink(fs::symlink_status(link, ignored))) links.push_back(link);
  }
  return links;
}

void Repository::check_links(const fs::path& folder) const {
  std::set<fs::path> seen;
  std::vector<fs::path> open{folder};
  std::size_t entries = 0;
  while (!open.empty()) {
    const auto current = open.back();
    open.pop_back();
    if (!seen.insert(current).second) continue;
    std::error_code error;
    for (fs::directory_iterator it(current, error), end; !error && it != end; it.increment(error)) {
      if (++entries > max_entries) {
        throw InputError({folder.string()}, fmt::format("holds more than {} files", max_entries));
      }
      const auto status = it->symlink_status(error);
      if (fs::is_directory(status)) {
        if (it->path().filename() != ".git") open.push_back(it->path());
      } else if (fs::is_symlink(status)) {
        std::error_code missing;
        const auto target = fs::weakly_canonical(it->path(), missing);
        if (missing || !holds(target)) {
          throw InputError({it->path().string()}, "this link leads out of the repository");
        }
        if (fs::is_directory(target, missing)) open.push_back(target);
      }
    }
    if (error) throw InputError({current.string()}, fmt::format("can't be read: {}", error.message()));
  }
}

}  // namespace drift::source
