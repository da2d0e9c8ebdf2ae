#include "migrate/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "migrate/entries.hpp"

namespace drift::migrate {
namespace {

using yaml::Node;

bool is_argo_kind(const Node& object, std::string_view kind) {
  return text_at(object, "kind") == kind && text_at(object, "apiVersion").starts_with("argoproj.io/");
}

class Search {
 public:
  explicit Search(Said& said) : said_(said) {}

  void object(const Node& object, const std::string& prefix) {
    if (is_argo_kind(object, "Application")) {
      spec(object, object, prefix + "spec", false);
    } else if (is_argo_kind(object, "ApplicationSet")) {
      application_set(object, prefix);
    } else if (text_at(object, "kind").ends_with("List")) {
      const auto items = written(object, "items");
      std::size_t number = 0;
      for (const auto& item : items.elements())
        this->object(item, fmt::format("{}items[{}].", prefix, number++));
    }
  }

  Found found;

 private:
  void application_set(const Node& object, const std::string& prefix) {
    const auto set_spec = written(object, "spec");
    const auto application = written(set_spec, "template");
    if (!application) throw InputError(object.place(), "an ApplicationSet without spec.template");
    spec(object, application, prefix + "spec.template.spec", true);
    if (const auto patch = set_spec.find("templatePatch"); patch.is_string()) {
      const auto sets = [&](std::string_view word) {
        return patch.text().find(word) != std::string_view::npos;
      };
      if (sets("source"))
        said_.lose(patch, prefix + "spec.templatePatch",
                   "it changes the source, and is no YAML before it is filled in; change it by hand");
    }
    templates_of(set_spec.find("generators"), prefix + "spec.generators");
  }

  // A generator's own template is merged over the set's.
  void templates_of(const Node& generators, const std::string& path) {
    std::size_t number = 0;
    for (const auto& generator : generators.elements()) {
      const auto place = fmt::format("{}[{}]", path, number++);
      for (const auto& [kind, settings] : generator.entries()) {
        const auto inner = settings.find("template").find("spec");
        if (inner.find("source") || inner.find("sources"))
          said_.lose(settings, fmt::format("{}.{}.template", place, kind),
                     "it sets a source of its own; change it by hand");
        templates_of(settings.find("generators"), fmt::format("{}.{}.generators", place, kind));
      }
    }
  }

  void spec(const Node& object, const Node& application, const std::string& path, bool templated) {
    ++found.applications;
    const auto node = written(application, "spec");
    FoundSource source{{},
                       path,
                       text_at(object.find("metadata"), "name"),
                       text_at(node.find("destination"), "namespace"),
                       templated};
    if (const auto hydrator = node.find("sourceHydrator"); hydrator && !hydrator.is_null())
      return said_.lose(hydrator, path + ".sourceHydrator",
                        "the plugin doesn't render what is hydrated; use spec.source");
    const auto list = written(node, "sources");
    std::size_t number = 0;
    for (const auto& element : list.elements()) {
      if (!element.is_mapping() || element.cell().style == yaml::Style::alias)
        throw InputError(element.place(), fmt::format("{}.sources: expected a map, written here", path));
      add(source, element, fmt::format("{}.sources[{}]", path, number++));
    }
    if (number > 0) return;
    const auto only = written(node, "source");
    if (!only.is_mapping() || !only.child())
      throw InputError(object.place(), fmt::format("expected {}.source or {}.sources", path, path));
    add(source, only, path + ".source");
  }

  void add(FoundSource source, const Node& node, std::string path) {
    source.node = node;
    source.path = std::move(path);
    found.sources.push_back(std::move(source));
  }

  Said& said_;
};

}  // namespace

std::string text_at(const Node& node, std::string_view key) {
  const auto value = node.find(key);
  return value.is_string() ? std::string(value.text()) : std::string();
}

Found find_sources(const Node& root, Said& said) {
  Search search(said);
  if (root.is_mapping()) search.object(root, "");
  return std::move(search.found);
}

}  // namespace drift::migrate
