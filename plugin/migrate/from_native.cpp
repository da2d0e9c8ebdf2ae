#include "migrate/from_native.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/printable.hpp"
#include "json/to_yaml.hpp"
#include "migrate/native_settings.hpp"
#include "source/context.hpp"

namespace drift::migrate {
namespace {

using source::List;
using source::Map;
using yaml::Node;

[[noreturn]] void expected(const Node& node, const std::string& path, std::string_view what) {
  throw InputError(node.place(), fmt::format("{}: expected {}", path, what));
}

std::string string_in(const Node& node, const std::string& path) {
  if (!node.is_string()) expected(node, path, "a string");
  return std::string(node.text());
}

bool truth_of(const Node& node, const std::string& path) {
  if (node.type() != yaml::Type::boolean) expected(node, path, "true or false");
  return node.boolean();
}

std::vector<Node> elements_of(const Node& node, const std::string& path) {
  if (!node.is_sequence()) expected(node, path, "a list");
  return node.elements();
}

// Go's zero value, which `omitempty` leaves out.
bool is_zero(const Node& value) {
  switch (value.type()) {
    case yaml::Type::null:
      return true;
    case yaml::Type::boolean:
      return !value.boolean();
    case yaml::Type::string:
      return value.text().empty();
    case yaml::Type::mapping:
    case yaml::Type::sequence:
      return !value.followed().child();
    default:
      return false;
  }
}

class Reader {
 public:
  Reader(const BlockPlace& place, source::Options& options, Said& said)
      : place_(place), options_(options), said_(said) {}

  void read(const NativeSetting& setting, const Node& value) {
    const auto path = path_of(setting.field);
    switch (setting.form) {
      case Form::text:
        at<std::string>(setting) = string_in(value, path);
        break;
      case Form::truth:
        at<bool>(setting) = truth_of(value, path);
        break;
      case Form::list:
        for (const auto& element : elements_of(value, path))
          at<List>(setting).push_back(string_in(element, path));
        break;
      case Form::files:
        for (const auto& element : elements_of(value, path))
          if (auto file = string_in(element, path); is_carried(element, file, path))
            at<List>(setting).push_back(std::move(file));
        break;
      case Form::map:
        if (!value.is_mapping()) expected(value, path, "a map of strings");
        for (const auto& [name, entry] : value.entries())
          at<Map>(setting)[name_of(entry, path, name)] = string_in(entry, path);
        break;
      case Form::object:
      case Form::patches:
        as_text(setting, value, path);
        break;
      case Form::parameters:
      case Form::paths:
      case Form::counts:
        named(setting, value, path);
        break;
      case Form::without:
        if (!is_zero(value)) said_.lose(value, path, setting.why);
        break;
      case Form::idle:
        if (!is_zero(value))
          said_.notes.push_back({value.place(), fmt::format("{} is left out: {}", path, setting.why)});
        break;
    }
  }

  void unknown(std::string_view field, const Node& value) {
    said_.lose(value, path_of(printable(field, 100)), "there is no such setting in Argo CD 3.6; take it out");
  }

  std::string path_of(std::string_view field) const { return fmt::format("{}.{}", place_.path, field); }

 private:
  template <typename T>
  T& at(const NativeSetting& setting) {
    return options_.*std::get<T source::Options::*>(setting_named(setting.parameter).member);
  }

  static std::string name_of(const Node& node, const std::string& path, std::string_view name) {
    if (name.empty()) expected(node, path, "names that aren't empty");
    return std::string(name);
  }

  bool is_carried(const Node& node, std::string_view file, const std::string& path) {
    if (source::is_of_another_source(file)) {
      said_.lose(
          node, path,
          "it is a file of another source, and a plugin sees its own alone; keep the file beside the chart");
      return false;
    }
    if (file.find("://") != std::string_view::npos) {
      said_.lose(node, path,
                 "it is a URL, and nothing is rendered from outside of the repository; keep the file in it");
      return false;
    }
    return true;
  }

  // As text it is filled in at once, not string by string, so that what is filled in could change its form.
  void as_text(const NativeSetting& setting, const Node& value, const std::string& path) {
    if (setting.form == Form::patches ? !value.is_sequence() : !value.is_mapping())
      expected(value, path, setting.form == Form::patches ? "a list" : "a map");
    const auto json = value.json();
    if (json == "[]") return;
    if (place_.templated && json.find("{{") != std::string::npos)
      return said_.lose(
          value, path,
          setting.form == Form::object
              ? "it has templates, which are filled in otherwise in a text; write it as helm.values"
              : "it has templates, which are filled in otherwise in a text; put them into the overlay");
    // An object without members takes precedence over `values`, too.
    at<std::string>(setting) = json == "{}" ? "" : block_yaml(json);
  }

  // A list of objects with names. Of two with the same name Argo CD takes the last, but for counts, where it hands both on.
  void named(const NativeSetting& setting, const Node& value, const std::string& path) {
    for (const auto& element : elements_of(value, path)) {
      if (!element.is_mapping()) expected(element, path, "maps with a name");
      const auto name_node = element.find("name");
      const auto name = name_of(element, path, name_node ? string_in(name_node, path) : std::string());
      const auto string = [&](const char* key) {
        const auto node = element.find(key);
        return node && !node.is_null() ? string_in(node, path) : std::string();
      };
      if (setting.form == Form::paths) {
        if (auto file = string("path"); is_carried(element, file, path))
          at<Map>(setting)[name] = std::move(file);
      } else if (setting.form == Form::counts) {
        if (!at<Map>(setting).emplace(name, count_of(element, path)).second)
          throw InputError(element.place(), fmt::format("{}: {} is there twice", path, printable(name, 100)));
      } else {
        const auto force = element.find("forceString");
        const bool forced = force && !force.is_null() && truth_of(force, path);
        (forced ? options_.helm_string_parameters : at<Map>(setting))[name] = string("value");
      }
    }
  }

  static std::string count_of(const Node& element, const std::string& path) {
    const auto count = element.find("count");
    if (count && count.is_string()) return std::string(count.text());
    if (count && count.type() == yaml::Type::integer) return count.json();
    expected(element, path, "a count");
  }

  const BlockPlace& place_;
  source::Options& options_;
  Said& said_;
};

}  // namespace

bool is_empty_block(const Node& block) {
  if (!block || block.is_null()) return true;
  const auto entries = block.entries();
  return block.is_mapping() && std::all_of(entries.begin(), entries.end(), [](const auto& entry) {
           return is_zero(entry.second) && (entry.second.is_null() || entry.first != "valuesObject");
         });
}

void read_native(const Node& block, const BlockPlace& place, source::Options& options, Said& said) {
  if (!block.is_mapping()) expected(block, place.path, "a map");
  Reader reader(place, options, said);
  options.source_type = place.name;
  const auto table = native_settings();
  // Sorted, so `valuesObject` comes behind `values` and replaces it, as Argo CD has it.
  for (const auto& [field, value] : block.entries()) {
    if (value.is_null()) continue;
    const auto setting =
        std::find_if(table.begin(), table.end(), [&, name = std::string_view(field)](const auto& one) {
          return one.block == place.name && one.field == name;
        });
    if (setting == table.end())
      reader.unknown(field, value);
    else
      reader.read(*setting, value);
  }
  if (place.name == "helm" && !place.templated && options.helm_release_name.find("{{") != std::string::npos) {
    said.lose(block, place.path + ".releaseName",
              "a template could read the environment of helm; write a name");
    options.helm_release_name.clear();
  }
}

}  // namespace drift::migrate
