#include "source/kustomize/overlay.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "outside/file.hpp"
#include "source/go_key.hpp"
#include "yaml/first_json.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_folders = 10'000;

// The fields whose elements can be folders.
bool names_folders(std::string_view field) {
  const auto folded = go_folded(field);
  for (const std::string_view name : {"resources", "bases", "components", "generators", "transformers",
                                      "validators", "crds", "configurations"}) {
    if (folded == name) return true;
  }
  return false;
}

std::string shown(const Place& place) {
  return place.line == 0 ? place.file : fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

class Search {
 public:
  explicit Search(const Repository& repository) : repository_(repository) {}

  void add(const fs::path& folder) {
    if (seen_.insert(folder).second) overlay_.folders.push_back(folder);
    if (overlay_.folders.size() > max_folders) {
      throw InputError({repository_.folder().string()},
                       fmt::format("consists of more than {} folders", max_folders));
    }
  }

  // An element of a list, which may be a file, a URL, or YAML too; those aren't ours to judge.
  void add_element(const fs::path& folder, std::string_view element, const Place& place) {
    std::error_code error;
    const auto written = (folder / element).lexically_normal();
    const auto target = fs::canonical(written, error);
    if (error && element.starts_with("..")) repository_.refuse_unsent(written, element, shown(place));
    if (error || !fs::is_directory(target, error)) return;
    if (!repository_.holds(target)) {
      throw InputError(place, fmt::format("'{}' is outside of the repository", element));
    }
    for (auto& link : repository_.links_on(written)) overlay_.links.push_back(std::move(link));
    add(target);
  }

  Overlay run() {
    // Reading a folder may add more.
    std::size_t next = 0;
    while (next < overlay_.folders.size()) read(fs::path(overlay_.folders[next++]));
    return std::move(overlay_);
  }

 private:
  void read(const fs::path& folder) {
    const auto file = kustomization_name(folder);
    if (file.empty()) return;
    const auto name = (folder / file).string();
    std::error_code error;
    if (!repository_.holds(fs::canonical(folder / file, error)))
      throw InputError({name}, "this link leads out of the repository");
    const auto text = outside::read_file(folder / file, name, max_kustomization_size);
    const auto document = yaml::read_first_document(name, text);
    if (!document.root()) return;
    refuse_alike_keys(document.root(), "kustomize");
    for (const auto& [field, list] : document.root().entries()) {
      if (!names_folders(field)) continue;
      for (const auto& element : list.elements()) {
        if (element.is_string()) add_element(folder, element.text(), element.place());
      }
    }
  }

  const Repository& repository_;
  Overlay overlay_;
  std::set<fs::path> seen_;
};

}  // namespace

fs::path kustomization_name(const fs::path& folder) {
  for (const char* name : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
    std::error_code ignored;
    if (fs::is_regular_file(folder / name, ignored)) return name;
  }
  return {};
}

Overlay find_overlay(const Repository& repository, const fs::path& start,
                     const std::vector<std::string>& extra_components) {
  Search search(repository);
  search.add(start);
  for (const auto& component : extra_components) {
    search.add_element(start, component, {"kustomize-components", 0, 0});
  }
  return search.run();
}

}  // namespace drift::source
