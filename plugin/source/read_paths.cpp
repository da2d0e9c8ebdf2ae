#include "source/read_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"
#include "policy/load.hpp"
#include "source/directory.hpp"
#include "source/helm/dependencies.hpp"
#include "source/helm/helm.hpp"
#include "source/kustomize/kustomize.hpp"
#include "source/kustomize/overlay.hpp"
#include "source/source.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_walked = 200'000;
constexpr int max_links = 40;  // as Linux follows them

// Collects absolute paths; what a folder or a file is reached by, links included, belongs to it.
class Reading {
 public:
  explicit Reading(const Repository& repository) : repository_(repository) {}

  // All below it, and where links in it lead.
  void folder(const fs::path& folder) {
    paths_.insert(folder);
    walk(folder);
  }

  void file(const fs::path& path) {
    paths_.insert(path);
    link(path);
  }

  void add(const std::vector<fs::path>& paths) { paths_.insert(paths.begin(), paths.end()); }

  // The shortest ones that cover all.
  std::vector<fs::path> take() const {
    std::vector<fs::path> all;
    for (const auto& path : paths_)  // a folder stands before what is below it
      if (all.empty() || !is_below(path, all.back())) all.push_back(path);
    return all;
  }

 private:
  void walk(const fs::path& folder) {
    if (!walked_.insert(folder).second) return;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      if (++entries_ > max_walked)
        throw InputError({folder.string()}, fmt::format("holds more than {} files", max_walked));
      const auto status = it->symlink_status(error);
      if (fs::is_symlink(status)) {
        link(it->path());
      } else if (fs::is_directory(status) && it->path().filename() != ".git") {
        walk(it->path());
      }
    }
    if (error) throw InputError({folder.string()}, fmt::format("can't be read: {}", error.message()));
  }

  // What leads to nothing, or out of the repository, rendering leaves out or refuses.
  void link(fs::path path) {
    std::error_code error;
    const auto target = fs::canonical(path, error);
    if (error || !repository_.holds(target)) return;
    for (int i = 0; i < max_links && fs::is_symlink(fs::symlink_status(path, error)); ++i) {
      add(repository_.links_on(path));
      path = (path.parent_path() / fs::read_symlink(path, error)).lexically_normal();
    }
    add(repository_.links_on(path));
    if (fs::is_directory(target, error))
      folder(target);
    else
      paths_.insert(target);
  }

  const Repository& repository_;
  std::set<fs::path> paths_, walked_;
  std::size_t entries_ = 0;
};

void read_chart(const Repository& repository, const Options& options, const Context& context,
                Reading& reading) {
  reading.folder(repository.folder());
  for (const auto& file : resolve_value_files(repository, options, context)) reading.file(file);
  for (const auto& [name, file] : resolve_file_parameters(repository, options, context)) reading.file(file);
  const auto dependencies = find_dependencies(repository);
  for (const auto& folder : dependencies.folders) reading.folder(folder);
  reading.add(dependencies.links);
}

void read_overlay(const Repository& repository, const Options& options, Reading& reading) {
  const auto overlay = find_overlay(repository, repository.folder(), components_to_add(repository, options));
  for (const auto& folder : overlay.folders) reading.folder(folder);
  reading.add(overlay.links);
}

// Argo CD follows links to files that it takes for manifests, and none to folders.
void read_directory(const Repository& repository, const Options& options, const Context& context,
                    Reading& reading) {
  reading.add({repository.folder()});
  for (const auto& link : links_of_directory(repository, options, context)) reading.file(link);
  reading.file(repository.folder() / policy::application_file);
}

std::string in_annotation(const fs::path& path, const Repository& repository) {
  auto text = path.lexically_relative(repository.folder()).string();
  if (text.find(';') != std::string::npos || trimmed(text) != text)
    throw InputError(
        {path.string()},
        "the annotation manifest-generate-paths can't hold this path; expected one without `;` and "
        "without blanks at its ends");
  return text;
}

}  // namespace

std::vector<std::string> read_paths(const Repository& repository, const Options& options,
                                    const Context& context) {
  Reading reading(repository);
  switch (detect(repository.folder(), options.source_type)) {
    case Type::helm:
      read_chart(repository, options, context, reading);
      break;
    case Type::kustomize:
      read_overlay(repository, options, reading);
      break;
    case Type::directory:
    case Type::stream:
      read_directory(repository, options, context, reading);
      break;
  }
  std::vector<std::string> paths;
  for (const auto& path : reading.take()) paths.push_back(in_annotation(path, repository));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> lacking_paths(std::string_view annotation, const std::vector<std::string>& paths,
                                       const Repository& repository) {
  std::vector<fs::path> items;
  for (const auto& item : split(annotation, ';')) {
    const fs::path written(item);
    if (!item.empty())
      items.push_back((written.is_absolute() ? repository.root() / written.relative_path()
                                             : repository.folder() / written)
                          .lexically_normal());
  }
  std::vector<std::string> lacking;
  for (const auto& path : paths) {
    const auto absolute = (repository.folder() / path).lexically_normal();
    const bool covered = std::any_of(items.begin(), items.end(), [&](fs::path item) {
      if (!item.has_filename()) item = item.parent_path();  // `base/`
      return is_below(absolute, item);
    });
    if (!covered) lacking.push_back(path);
  }
  return lacking;
}

}  // namespace drift::source
