#include "source/dependencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "error.hpp"
#include "json.hpp"
#include "source/copy.hpp"
#include "source/file.hpp"
#include "source/kustomization.hpp"
#include "source/yaml.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_chart_file = std::size_t{16} << 20;

struct Dependencies {
  std::set<std::string> repositories;  // URLs of chart repositories
  std::vector<fs::path> folders;       // charts of this repository
  std::vector<fs::path> links;
};

class Collector {
 public:
  explicit Collector(const Repository& repository) : repository_(repository) {}

  // Reads the `dependencies` of a file of the chart; what Helm downloads is in the lock files where there are some.
  void read(const char* file) {
    const auto path = repository_.folder() / file;
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return;
    const auto chart = read_yaml(path.string(), read_file(path, path.string(), max_chart_file));
    const auto key = key_like(chart, "dependencies");
    const auto* list = key.empty() ? nullptr : find_member(chart, key);
    if (list == nullptr || !list->IsArray()) return;
    for (const auto& dependency : list->GetArray()) {
      const auto name = key_like(dependency, "repository");
      if (!name.empty()) add(text_of(*find_member(dependency, name)), path.string());
    }
  }

  Dependencies take() { return std::move(found_); }

 private:
  void add(std::string_view url, const std::string& file) {
    constexpr std::string_view local = "file://";
    if (url.starts_with('@') || url.starts_with("alias:")) {
      throw InputError(
          {file},
          fmt::format("the chart repository '{}' is known by that name only to Argo CD; expected its URL",
                      url));
    }
    if (url.starts_with("https://")) {
      found_.repositories.emplace(url);
    } else if (url.starts_with(local)) {
      const fs::path written(url.substr(local.size()));
      const auto folder = repository_.check(repository_.folder() / written, url, file);
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

void run_helm(std::vector<std::string> arguments, const fs::path& chart, outside::Programs& programs) {
  const outside::Command command{"helm", std::move(arguments), chart};
  const auto result = programs.run(command);
  if (result.exit_code != 0) outside::throw_failed(command, result, programs.work_folder());
}

}  // namespace

fs::path build_dependencies(const Repository& repository, outside::Programs& programs) {
  Collector collector(repository);
  for (const char* file : {"Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock"})
    collector.read(file);
  auto dependencies = collector.take();

  dependencies.folders.push_back(repository.folder());
  const auto root = programs.work_folder() / "chart";
  copy_folders(repository, dependencies.folders, dependencies.links, repository.folder(), root);
  auto chart = place_in_copy(repository, repository.folder(), root);
  for (const auto& url : dependencies.repositories) {
    auto name = url;
    std::replace(name.begin(), name.end(), '/', '-');
    run_helm({"repo", "add", name, url}, chart, programs);
  }
  run_helm({"dependency", "build"}, chart, programs);
  return chart;
}

}  // namespace drift::source
