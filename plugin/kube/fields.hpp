// What Kubernetes knows of a field by its place: lists with keys, quantities, bytes, values that are defaulted or not kept.
// The table is field_facts.hpp.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drift::kube {

// Where a value stands: the keys that lead to it. List elements have none.
struct Where {
  std::string_view group, kind;
  std::vector<std::string_view> keys;

  std::string_view key(std::size_t from_end = 0) const {
    return from_end < keys.size() ? keys[keys.size() - 1 - from_end] : std::string_view();
  }
  bool built_in() const;  // of Kubernetes' own API groups
};

// How two lists are matched: element by element; by keys, where what only one has is its own business; or as a set.
struct ListKind {
  enum class Match : std::uint8_t { by_place, by_keys, as_set } match = Match::by_place;
  std::span<const std::string_view> keys;
  bool ordered = false;  // by keys, but their order means something
};
ListKind list_kind(const Where& where);

// An element's key as text; empty where it has none.
std::string element_key(const rapidjson::Value& element, std::span<const std::string_view> keys);

// Whether it is kept as it is written: labels, annotations and the like.
bool is_text(const Where& where);
bool is_quantity(const Where& where);
bool is_int_or_string(const Where& where);
bool is_bytes(const Where& where);    // as base64
bool is_subsets(const Where& where);  // of Endpoints

// Whether the API server doesn't keep such a value, so that "absent" is the same.
bool not_kept(const Where& where, const rapidjson::Value& value);

// Whether the API server puts `live` in the place of an empty value.
bool filled_in(const Where& where, const rapidjson::Value& wanted, const rapidjson::Value& live);

// Whether controllers write this field of `parent` whatever Git says: the rules of a ClusterRole that Git aggregates.
bool controlled(const Where& where, const rapidjson::Value* parent);

}  // namespace drift::kube
