#include "analysis/redact.hpp"

#include <algorithm>
#include <initializer_list>

#include "api/redacted.hpp"
#include "json/members.hpp"

namespace drift::analysis {
namespace {

using rapidjson::Value;

class LiveRedaction {
 public:
  explicit LiveRedaction(rapidjson::Document& object) : object_(object) {}

  void values(Value& value, bool base64 = false) {
    if (value.IsObject()) {
      for (auto& entry : value.GetObject()) values(entry.value, base64);
    } else if (value.IsArray()) {
      for (auto& element : value.GetArray()) values(element, base64);
    } else if (!value.IsNull()) {
      const auto text = plain_text(value);
      const auto hidden = base64 ? api::redacted_base64(text) : api::redacted_value(text);
      value.SetString(hidden.data(), static_cast<rapidjson::SizeType>(hidden.size()), object_.GetAllocator());
    }
  }

  void environments(Value& value) {
    if (value.IsObject()) {
      for (auto& entry : value.GetObject())
        string_of(&entry.name) == "env" ? environment(entry.value) : environments(entry.value);
    } else if (value.IsArray()) {
      for (auto& element : value.GetArray()) environments(element);
    }
  }

  void environment(Value& value) {
    if (!value.IsArray()) return values(value);
    for (auto& element : value.GetArray()) element.IsObject() ? variable(element) : values(element);
  }

 private:
  void variable(Value& variable) {
    for (auto& entry : variable.GetObject())
      string_of(&entry.name) == "value" ? values(entry.value) : environments(entry.value);
  }

  rapidjson::Document& object_;
};

bool one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Takes the members away of which `gone` says so.
template <typename Gone>
void strip(Value* object, const Gone& gone) {
  if (!object || !object->IsObject()) return;
  for (auto entry = object->MemberBegin(); entry != object->MemberEnd();)
    entry = gone(string_of(&entry->name)) ? object->EraseMember(entry) : entry + 1;
}

Value* member_of(Value& object, const char* key) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

}  // namespace

void redact(rapidjson::Document& object, std::string_view group, std::string_view kind) {
  if (!object.IsObject()) return;
  LiveRedaction redaction(object);
  const bool core = group.empty();
  auto* metadata = member_of(object, "metadata");
  if (core && kind == "Secret") {
    strip(&object, [](std::string_view key) {
      return !one_of(key, {"apiVersion", "kind", "metadata", "type", "immutable"});
    });
    metadata = member_of(object, "metadata");
    strip(metadata, [](std::string_view key) { return !one_of(key, {"labels", "managedFields"}); });
  }
  if (metadata)
    for (const char* map : {"labels", "annotations"})
      strip(member_of(*metadata, map), api::left_out_of_metadata);
  for (auto& entry : object.GetObject()) {
    const auto key = string_of(&entry.name);
    if (key == "metadata" || key == "status") continue;
    if (core && kind == "ConfigMap" && (key == "data" || key == "binaryData"))
      redaction.values(entry.value, key == "binaryData");
    else if (key == "env")
      redaction.environment(entry.value);
    else
      redaction.environments(entry.value);
  }
}

}  // namespace drift::analysis
