#include "analysis/managed_fields.hpp"

#include <algorithm>

#include "base/time.hpp"
#include "json/canonical.hpp"
#include "json/pointer.hpp"

namespace drift::analysis {
namespace {

using rapidjson::Value;

// The values under these keys, as one text; empty where one is missing.
std::string values_of(const Value& element, const std::vector<std::string>& keys) {
  std::string text;
  for (const auto& key : keys) {
    const auto* value = member(&element, key);
    if (!value) return {};
    text += canonical(*value) + '\n';
  }
  return text;
}

std::vector<std::string> names_in(const Value& object) {
  std::vector<std::string> names;
  for (const auto& entry : object.GetObject()) names.emplace_back(string_of(&entry.name));
  std::sort(names.begin(), names.end());
  return names;
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

// `k:{"name":"web"}` and `v:"x"` hold JSON. Read once: a list may have thousands of elements.
const Managers::Elements& Managers::elements(const Value& fields) const {
  const auto [place, added] = elements_.try_emplace(&fields);
  if (!added) return place->second;
  for (const auto& entry : fields.GetObject()) {
    const auto field = string_of(&entry.name);
    if (field.size() < 2 || field[1] != ':' || (field[0] != 'k' && field[0] != 'v')) continue;
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(field.data() + 2, field.size() - 2);
    if (json.HasParseError() || (field[0] == 'k' && !json.IsObject())) continue;
    const auto names = field[0] == 'k' ? names_in(json) : std::vector<std::string>();
    const auto key = field[0] == 'k' ? values_of(json, names) : canonical(json);
    place->second[names].emplace(key, &entry.value);
  }
  return place->second;
}

const Value* Managers::element_of(const Value& fields, const Value& element) const {
  for (const auto& [names, places] : elements(fields)) {
    const auto key = names.empty() ? canonical(element) : values_of(element, names);
    if (const auto found = places.find(key); found != places.end()) return found->second;
  }
  return nullptr;
}

const Value* Managers::member_of(const Value* object, std::string_view key) const {
  return object ? members_.try_emplace(object, object).first->second.at(key) : nullptr;
}

// An empty set is a leaf: who owns it owns all below.
std::optional<Managers::Owner> Managers::owner(const Entry& entry,
                                               const std::vector<std::string>& tokens) const {
  const auto* fields = entry.fields;
  const auto* value = &object_;
  for (const auto& token : tokens) {
    if (!fields->IsObject() || (fields->ObjectEmpty() && fields != entry.fields)) break;
    const bool list = value && value->IsArray();
    const auto* next = list ? child(value, token) : member_of(value, token);
    if (!list)
      fields = member_of(fields, "f:" + token);
    else if (const auto* place = member_of(fields, "i:" + token))
      fields = place;
    else
      fields = next ? element_of(*fields, *next) : nullptr;
    if (!fields) return std::nullopt;
    value = next;
  }
  if (fields == entry.fields) return std::nullopt;
  return Owner{entry.change, !fields->IsObject() || fields->ObjectEmpty()};
}

std::vector<Managers::Owner> Managers::owners(std::string_view pointer) const {
  std::vector<Owner> owners;
  if (pointer.empty()) return owners;
  const auto tokens = parse_pointer(pointer).tokens;
  for (const auto& entry : entries_)
    if (auto found = owner(entry, tokens)) owners.push_back(std::move(*found));
  return owners;
}

// An empty set on the way is what is left of a mapping whose fields others have taken, so it says nothing of them.
bool Managers::names(const Entry& entry, const std::vector<std::string>& tokens, const Value* element) const {
  const auto* fields = entry.fields;
  const auto* value = &object_;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!fields->IsObject()) return false;
    const bool last = i + 1 == tokens.size();
    const bool list = value && value->IsArray();
    const auto* next = last && list ? element : child(value, tokens[i]);
    if (!list)
      fields = member_of(fields, "f:" + tokens[i]);
    else
      fields = next ? element_of(*fields, *next) : nullptr;
    if (!fields) return false;
    value = next;
  }
  return true;
}

bool Managers::owns_missing(std::string_view manager, std::string_view pointer, const Value* element) const {
  if (pointer.empty()) return false;
  const auto tokens = parse_pointer(pointer).tokens;
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.change.manager == manager && names(entry, tokens, element);
  });
}

std::optional<api::LastChange> Managers::last() const {
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

}  // namespace drift::analysis
