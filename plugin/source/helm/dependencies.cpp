#include "source/helm/dependencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "outside/file.hpp"
#include "source/copy.hpp"
#include "source/go_key.hpp"
#include "yaml/document.hpp"
#include "yaml/first_json.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_chart_file = std::size_t{16} << 20;

class Collector {
 public:
  explicit Collector(const Repository& repository) : repository_(repository) {}

  // Reads the `dependencies` of a file of the chart; what Helm downloads is in the lock files where there are some.
  void read(const char* file) {
    const auto path = repository_.folder() / file;
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return;
    const auto name = path.string();
    const auto text = outside::read_file(path, name, max_chart_file);
    const auto document = yaml::read_first_document(name, text);
    if (!document.root()) return;
    refuse_alike_keys(document.root(), "helm");
    for (const auto& [key, list] : document.root().entries()) {
      if (!is_go_field(key, "dependencies")) continue;
      for (const auto& dependency : list.elements()) read(dependency);
    }
  }

  Dependencies take() { return std::move(found_); }

 private:
  void read(const yaml::Node& dependency) {
    refuse_alike_keys(dependency, "helm");
    for (const auto& [key, value] : dependency.entries())
      if (is_go_field(key, "repository") && value.is_string()) add(value.text(), value.place());
  }

  void add(std::string_view url, const Place& place) {
    constexpr std::string_view local = "file://";
    if (url.starts_with('@') || url.starts_with("alias:")) {
      throw InputError(
          place,
          fmt::format("the chart repository '{}' is known by that name only to Argo CD; expected its URL",
                      url));
    }
    if (url.starts_with("https://")) {
      found_.repositories.emplace(url);
    } else if (url.starts_with(local)) {
      const fs::path written(url.substr(local.size()));
      const auto folder = repository_.check(repository_.folder() / written, url,
                                            fmt::format("{}:{}:{}", place.file, place.line, place.column));
      repository_.check_links(folder);
      for (auto& link : repository_.links_on((repository_.folder() / written).lexically_normal())) {
        found_.links.push_back(std::move(link));
      }
      std::error_code ignored;
      if (fs::is_directory(folder, ignored)) found_.folders.push_back(folder);
    }
  }

  const Repository& repository_;
  Dependencies found_;
};

void run_helm(std::vector<std::string> arguments, const fs::path& root, const fs::path& chart,
              outside::Programs& programs) {
  const outside::Command command{"helm", std::move(arguments), chart, root, outside::Reach::https};
  const auto result = programs.run(command);
  if (result.exit_code != 0) outside::throw_failed(command, result, programs.work_folder());
}

}  // namespace

Dependencies find_dependencies(const Repository& repository) {
  Collector collector(repository);
  for (const char* file : {"Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock"})
    collector.read(file);
  return collector.take();
}

fs::path build_dependencies(const Repository& repository, outside::Programs& programs) {
  auto dependencies = find_dependencies(repository);
  dependencies.folders.push_back(repository.folder());
  const auto root = programs.work_folder() / "chart";
  copy_folders(repository, dependencies.folders, dependencies.links, repository.folder(), root);
  auto chart = place_in_copy(repository, repository.folder(), root);
  for (const auto& url : dependencies.repositories) {
    auto name = url;
    std::replace(name.begin(), name.end(), '/', '-');
    run_helm({"repo", "add", name, url}, repository.root(), chart, programs);
  }
  run_helm({"dependency", "build"}, repository.root(), chart, programs);
  return chart;
}

}  // namespace drift::source
