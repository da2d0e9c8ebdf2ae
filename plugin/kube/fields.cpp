#include "kube/fields.hpp"

#include <algorithm>
#include <array>

#include "json/members.hpp"
#include "kube/field_facts.hpp"
#include "kube/kinds.hpp"

namespace drift::kube {
namespace {

using facts::Place;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether the value's place, or that of what it lies so many keys within, is this one.
bool is_at(const Where& where, const Place& place, std::size_t up = 0) {
  if (place.name != where.key(up) || (!place.within.empty() && place.within != where.key(up + 1)))
    return false;
  if (!place.kind.empty() && (place.kind != where.kind || !where.built_in())) return false;
  return place.except.empty() || place.except != where.kind;
}

template <std::size_t N>
bool is_any(const Where& where, const std::array<Place, N>& places, std::size_t up = 0) {
  return std::any_of(places.begin(), places.end(),
                     [&](const Place& place) { return is_at(where, place, up); });
}

bool in_free_map(const Where& where) {
  return is_any(where, facts::free_maps, 1);
}

// Where the empty object chooses everything, and none chooses nothing.
bool is_selector(const Where& where) {
  return where.key() == "selector" && !contains(facts::selector_is_map, where.kind);
}

// What a value is in the schemas of a CustomResourceDefinition.
enum class SchemaPart : std::uint8_t {
  none,    // it is in no schema
  schema,  // a schema, or a keyword's value with nothing special to it
  map,     // schemas by the author's names
  json,    // the author's JSON, or part of it
};

SchemaPart schema_part(const Where& where) {
  auto part = SchemaPart::none;
  if (where.kind != "CustomResourceDefinition" || !where.built_in()) return part;
  for (const auto key : where.keys) {
    if (part == SchemaPart::none) {
      if (key == facts::schema_root) part = SchemaPart::schema;
    } else if (part == SchemaPart::map) {
      part = SchemaPart::schema;
    } else if (part == SchemaPart::schema) {
      if (contains(facts::schema_maps, key))
        part = SchemaPart::map;
      else if (contains(facts::schema_values, key))
        part = SchemaPart::json;
    }
  }
  return part;
}

// Whether an empty object isn't kept there; of schemas their part says so.
bool is_dropped_object(const Where& where) {
  if (where.key(1) == "metadata" || is_any(where, facts::dropped_structs)) return true;
  return where.built_in() && !is_selector(where) &&
         (is_any(where, facts::free_maps) || is_any(where, facts::quantity_maps) ||
          contains(facts::other_maps, where.key()));
}

// Whether false, 0 or "" is kept there.
bool is_kept(const Where& where, const rapidjson::Value& value) {
  return value.IsString() ? is_any(where, facts::kept_texts) : is_any(where, facts::kept_zeros);
}

bool is_zero(const rapidjson::Value& value) {
  return value.IsFalse() || (value.IsNumber() && value.GetDouble() == 0) ||
         (value.IsString() && value.GetStringLength() == 0);
}

bool is_empty_list(const rapidjson::Value& value) {
  return value.IsArray() && value.Empty();
}

}  // namespace

bool Where::built_in() const {
  return is_kubernetes_own(group);
}

ListKind list_kind(const Where& where) {
  for (const auto& list : facts::keyed_lists)
    if (is_at(where, list.place))
      return {ListKind::Match::by_keys, std::span(list.keys).first(list.keys[1].empty() ? 1 : 2),
              list.ordered};
  if (contains(facts::sets, where.key())) return {ListKind::Match::as_set, {}};
  return {};
}

std::string element_key(const rapidjson::Value& element, std::span<const std::string_view> keys) {
  std::string text;
  for (const auto& key : keys) {
    const auto* value = member(&element, key);
    if (!value && key == keys.front()) return {};
    auto part = value ? plain_text(*value) : std::string();
    if (part.empty())
      for (const auto& entry : facts::default_keys)
        if (entry.name == key) part = entry.value;
    text += part + '\n';
  }
  return text;
}

bool is_text(const Where& where) {
  return contains(facts::maps_of_text, where.key(1)) || (where.built_in() && in_free_map(where)) ||
         (!where.keys.empty() && where.keys.front() == "metadata");
}

bool is_quantity(const Where& where) {
  return !is_text(where) && (is_any(where, facts::quantity_maps, 1) || is_any(where, facts::quantities));
}

bool is_int_or_string(const Where& where) {
  return contains(facts::ints_or_strings, where.key()) && !is_text(where);
}

bool is_bytes(const Where& where) {
  return where.built_in() && is_any(where, facts::bytes);
}

bool is_subsets(const Where& where) {
  return where.keys.size() == 1 && where.key() == "subsets" && where.kind == "Endpoints" &&
         where.group.empty();
}

bool not_kept(const Where& where, const rapidjson::Value& value) {
  const auto part = schema_part(where);
  if (part == SchemaPart::json) return value.IsNull();
  if (value.IsNull() || is_empty_list(value)) return true;
  if (value.IsObject())
    return value.ObjectEmpty() &&
           (part == SchemaPart::none ? is_dropped_object(where) : part == SchemaPart::map);
  if (is_kept(where, value)) return false;
  return where.built_in() && !in_free_map(where) && is_zero(value);
}

bool filled_in(const Where& where, const rapidjson::Value& wanted, const rapidjson::Value& live) {
  if (!where.built_in() || in_free_map(where) || !(is_zero(wanted) || is_empty_list(wanted))) return false;
  return std::any_of(facts::defaults.begin(), facts::defaults.end(), [&](const facts::Default& entry) {
    return is_at(where, entry.place) && (entry.value.empty() || entry.value == plain_text(live));
  });
}

bool controlled(const Where& where, const rapidjson::Value* parent) {
  return where.keys.size() == 1 && where.key() == "rules" && where.kind == "ClusterRole" &&
         where.group == "rbac.authorization.k8s.io" && member(parent, "aggregationRule");
}

}  // namespace drift::kube
