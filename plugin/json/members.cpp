#include "json/members.hpp"

#include <charconv>

#include "json/canonical.hpp"
#include "json/pointer.hpp"

namespace drift {

const rapidjson::Value* member(const rapidjson::Value* value, std::string_view key) {
  if (!value || !value->IsObject()) return nullptr;
  const rapidjson::Value name(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size())));
  const auto found = value->FindMember(name);
  return found == value->MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

Members::Members(const rapidjson::Value* object) : object_(object) {
  constexpr rapidjson::SizeType few = 16;
  if (!object || !object->IsObject() || object->MemberCount() <= few) return;
  for (const auto& entry : object->GetObject())
    index_.emplace(string_of(&entry.name), entry.value.IsNull() ? nullptr : &entry.value);
}

const rapidjson::Value* Members::at(std::string_view key) const {
  if (index_.empty()) return member(object_, key);
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : found->second;
}

std::string_view string_of(const rapidjson::Value* value) {
  if (!value || !value->IsString()) return {};
  return {value->GetString(), value->GetStringLength()};
}

std::string plain_text(const rapidjson::Value& value) {
  return value.IsString() ? std::string(string_of(&value)) : canonical(value);
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
  for (const auto& token : parse_pointer(pointer).tokens) value = child(value, token);
  return value;
}

}  // namespace drift
