#include "hook/managers.hpp"

#include <algorithm>
#include <charconv>

#include "hook/json_value.hpp"
#include "hook/quantity.hpp"
#include "policy/pointer.hpp"

namespace drift::hook {
namespace {

using rapidjson::Value;

// `k:{"name":"web"}` and `v:"x"` hold JSON.
bool names_element(std::string_view field, const Value& element) {
  const char type = field.empty() ? '\0' : field.front();
  if (field.size() < 2 || field[1] != ':' || (type != 'k' && type != 'v')) return false;
  rapidjson::Document wanted;
  wanted.Parse<rapidjson::kParseIterativeFlag>(field.data() + 2, field.size() - 2);
  if (wanted.HasParseError()) return false;
  if (type == 'v') return wanted == element;
  if (!wanted.IsObject()) return false;
  for (const auto& key : wanted.GetObject()) {
    const auto* value = member(&element, string_of(&key.name));
    if (!value || *value != key.value) return false;
  }
  return true;
}

const Value* child_of(const Value& fields, const Value* parent, const Value* element,
                      const std::string& token) {
  if (!parent || !parent->IsArray()) return member(&fields, "f:" + token);
  if (const auto* place = member(&fields, "i:" + token)) return place;
  if (!element) return nullptr;
  for (const auto& entry : fields.GetObject())
    if (names_element(string_of(&entry.name), *element)) return &entry.value;
  return nullptr;
}

const Value* step(const Value* value, const std::string& token) {
  if (!value || !value->IsArray()) return member(value, token);
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), place);
  if (error != std::errc() || end != token.data() + token.size() || place >= value->Size()) return nullptr;
  return &(*value)[static_cast<rapidjson::SizeType>(place)];
}

// An empty set is a leaf: who owns it owns all below.
bool owns(const Value& all, const Value& object, const std::vector<std::string>& tokens) {
  const Value* fields = &all;
  const Value* value = &object;
  for (const auto& token : tokens) {
    if (!fields->IsObject() || (fields->ObjectEmpty() && fields != &all)) break;
    const auto* next = step(value, token);
    fields = child_of(*fields, value, next, token);
    if (!fields) return false;
    value = next;
  }
  return fields != &all;
}

}  // namespace

Managers::Managers(const Value& object) : object_(object) {
  const auto* managed = member(member(&object, "metadata"), "managedFields");
  if (!managed || !managed->IsArray()) return;
  for (const auto& entry : managed->GetArray()) {
    const auto text = [&](const char* key) { return std::string(string_of(member(&entry, key))); };
    const auto* fields = member(&entry, "fieldsV1");
    if (!fields || !fields->IsObject() || text("subresource") == "status") continue;
    entries_.push_back({{text("manager"), text("operation"), text("subresource"), text("time")}, fields});
  }
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    const bool a_is = a.change.manager == argocd_manager;
    const bool b_is = b.change.manager == argocd_manager;
    return a_is != b_is ? b_is : a.change.time > b.change.time;
  });
}

std::vector<LastChange> Managers::owners(std::string_view pointer) const {
  std::vector<LastChange> owners;
  if (pointer.empty()) return owners;
  const auto tokens = policy::parse_pointer(pointer).tokens;
  for (const auto& entry : entries_)
    if (owns(*entry.fields, object_, tokens)) owners.push_back(entry.change);
  return owners;
}

std::optional<LastChange> Managers::last() const {
  const auto latest = std::max_element(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.change.time < b.change.time;
  });
  if (latest == entries_.end()) return std::nullopt;
  return latest->change;
}

bool later(std::string_view time, std::string_view than) {
  const auto first = parse_time(time);
  const auto second = parse_time(than);
  return !first || !second || *first > *second;
}

}  // namespace drift::hook
