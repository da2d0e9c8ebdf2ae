#include "hook/json_value.hpp"

#include <charconv>

#include "audit/canonical.hpp"
#include "policy/pointer.hpp"

namespace drift::hook {

const rapidjson::Value* member(const rapidjson::Value* value, std::string_view key) {
  if (!value || !value->IsObject()) return nullptr;
  const rapidjson::Value name(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size())));
  const auto found = value->FindMember(name);
  return found == value->MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

std::string_view string_of(const rapidjson::Value* value) {
  if (!value || !value->IsString()) return {};
  return {value->GetString(), value->GetStringLength()};
}

std::string plain_text(const rapidjson::Value& value) {
  return value.IsString() ? std::string(string_of(&value)) : audit::canonical(value);
}

const rapidjson::Value* child(const rapidjson::Value* value, std::string_view token) {
  if (!value || !value->IsArray()) return member(value, token);
  rapidjson::SizeType place = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), place);
  if (error != std::errc() || end != token.data() + token.size() || place >= value->Size()) return nullptr;
  return &(*value)[place];
}

const rapidjson::Value* resolve(const rapidjson::Value& root, std::string_view pointer) {
  const auto* value = &root;
  if (pointer.empty()) return value;
  for (const auto& token : policy::parse_pointer(pointer).tokens) value = child(value, token);
  return value;
}

}  // namespace drift::hook
