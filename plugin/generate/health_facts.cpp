#include "generate/health_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "generate/lua.hpp"
#include "kube/field_facts.hpp"
#include "kube/kinds.hpp"

namespace drift::generate {
namespace {

using facts::Place;

constexpr std::string_view start = R"(local facts = {}
local function set(names, more)
for name in string.gmatch(names, "%S+") do more[name] = true end
return more
end
)";

class SyncFacts {
 public:
  SyncFacts(std::string_view group, std::string_view kind)
      : kind_(kind), built_in_(kube::is_kubernetes_own(group)) {}

  std::string write() {
    add("kind", lua::literal_of(kind_));
    add("built_in", built_in_ ? "true" : "false");
    const auto& maps = facts::selector_is_map;
    add("selector_is_map", std::find(maps.begin(), maps.end(), kind_) != maps.end() ? "true" : "false");
    words("sets", facts::sets);
    words("maps_of_text", facts::maps_of_text);
    words("other_maps", facts::other_maps);
    words("ints_or_strings", facts::ints_or_strings);
    if (kind_ == "CustomResourceDefinition" && built_in_) schemas();
    places("free_maps", facts::free_maps);
    places("quantity_maps", facts::quantity_maps);
    places("quantities", facts::quantities);
    places("bytes", facts::bytes);
    places("kept_zeros", facts::kept_zeros);
    places("kept_texts", facts::kept_texts);
    places("dropped_structs", facts::dropped_structs);
    keyed_lists();
    default_keys();
    defaults();
    return std::string(start) + text_;
  }

 private:
  using Table = std::map<std::string, std::string, std::less<>>;  // by name: what stands in its braces

  void add(std::string_view name, std::string_view value) {
    text_ += fmt::format("facts.{} = {}\n", name, value);
  }

  // What is just said goes into one text: every script holds all of it, and all scripts together are one ConfigMap.
  void add(std::string_view name, const Table& table) {
    std::string said, entries;
    for (const auto& [key, value] : table) {
      if (value == "true")
        said += (said.empty() ? "" : " ") + key;
      else
        entries += fmt::format("{}{} = {}", entries.empty() ? "" : ", ", key, value);
    }
    add(name, fmt::format("set({}, {{{}}})", lua::literal_of(said), entries));
  }

  bool is_said(const Place& place) const {
    return (place.kind.empty() || (built_in_ && place.kind == kind_)) &&
           (place.except.empty() || place.except != kind_);
  }

  void schemas() {
    add("schema_root", lua::literal_of(facts::schema_root));
    words("schema_maps", facts::schema_maps);
    words("schema_values", facts::schema_values);
  }

  template <typename Words>
  void words(std::string_view name, const Words& words) {
    Table table;
    for (const auto word : words) table.emplace(word, "true");
    add(name, table);
  }

  // `true`, or the names that it must stand in.
  template <typename Places>
  void places(std::string_view name, const Places& places) {
    Table table;
    for (const auto& place : places) {
      if (!is_said(place)) continue;
      if (place.within.empty())
        table[std::string(place.name)] = "true";
      else if (auto& names = table[std::string(place.name)]; names != "true")
        names += fmt::format("{}{} = true", names.empty() ? "" : ", ", place.within);
    }
    for (auto& [key, value] : table)
      if (value != "true") value = fmt::format("{{{}}}", value);
    add(name, table);
  }

  void keyed_lists() {
    Table table;
    for (const auto& list : facts::keyed_lists) {
      if (!is_said(list.place)) continue;
      std::vector<std::string> keys;
      for (const auto key : list.keys)
        if (!key.empty()) keys.emplace_back(key);
      auto& lists = table[std::string(list.place.name)];
      lists += fmt::format("{}{{within = {}, keys = {}{}}}", lists.empty() ? "" : ", ",
                           lua::literal_of(list.place.within), lua::list(keys),
                           list.ordered ? ", ordered = true" : "");
    }
    braced("keyed_lists", table);
  }

  void default_keys() {
    Table table;
    for (const auto& key : facts::default_keys) table.emplace(key.name, lua::literal_of(key.value));
    add("default_keys", table);
  }

  void defaults() {
    Table table;
    for (const auto& entry : facts::defaults) {
      if (!is_said(entry.place)) continue;
      auto& values = table[std::string(entry.place.name)];
      values += fmt::format("{}{{{}, {}}}", values.empty() ? "" : ", ", lua::literal_of(entry.place.within),
                            lua::literal_of(entry.value));
    }
    braced("defaults", table);
  }

  void braced(std::string_view name, Table& table) {
    for (auto& [key, value] : table) value = fmt::format("{{{}}}", value);
    add(name, table);
  }

  std::string_view kind_;
  bool built_in_;
  std::string text_;
};

}  // namespace

std::string facts_lua(std::string_view group, std::string_view kind) {
  return SyncFacts(group, kind).write();
}

}  // namespace drift::generate
