#include "hook/redact.hpp"

#include "hook/json_value.hpp"
#include "policy/redacted.hpp"

namespace drift::hook {
namespace {

using rapidjson::Value;

class Redaction {
 public:
  explicit Redaction(rapidjson::Document& object) : object_(object) {}

  void values(Value& value, bool base64 = false) {
    if (value.IsObject()) {
      for (auto& entry : value.GetObject()) values(entry.value, base64);
    } else if (value.IsArray()) {
      for (auto& element : value.GetArray()) values(element, base64);
    } else if (!value.IsNull()) {
      const auto text = plain_text(value);
      const auto hidden = base64 ? policy::redacted_base64(text) : policy::redacted_value(text);
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

}  // namespace

void redact(rapidjson::Document& object, std::string_view group, std::string_view kind) {
  if (!object.IsObject()) return;
  Redaction redaction(object);
  const bool core = group.empty();
  if (core && kind == "Secret") {
    object.RemoveMember("data");
    object.RemoveMember("stringData");
  }
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

}  // namespace drift::hook
