#include "json/fields.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace drift {
Fields::Fields(const rapidjson::Value& value, std::string path) : value_(value), path_(std::move(path)) {
  if (!value.IsObject()) throw InputError(fmt::format("{}: expected an object", path_));
}

const rapidjson::Value* Fields::find(const char* key) const {
  const auto member = value_.FindMember(key);
  return member == value_.MemberEnd() ? nullptr : &member->value;
}

std::string Fields::path_of(const char* key) const {
  return path_.ends_with(": ") ? path_ + key : path_ + '.' + key;
}

void Fields::fail(const char* key, std::string_view expected) const {
  throw InputError(fmt::format("{}: expected {}", path_of(key), expected));
}

std::optional<std::string> Fields::optional_text(const char* key) const {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  if (!value->IsString()) fail(key, "a string");
  return std::string(value->GetString(), value->GetStringLength());
}

std::string Fields::text_or_empty(const char* key) const {
  return optional_text(key).value_or("");
}

std::string Fields::text(const char* key) const {
  auto text = optional_text(key);
  if (!text) fail(key, "a string");
  return std::move(*text);
}

bool Fields::flag(const char* key) const {
  const auto* value = find(key);
  if (!value) return false;
  if (!value->IsBool()) fail(key, "true or false");
  return value->GetBool();
}

std::optional<std::int64_t> Fields::optional_number(const char* key) const {
  const auto* value = find(key);
  if (!value) return std::nullopt;
  if (!value->IsInt64()) fail(key, "an integer");
  return value->GetInt64();
}

std::int64_t Fields::number(const char* key) const {
  const auto number = optional_number(key);
  if (!number) fail(key, "an integer");
  return *number;
}

std::size_t Fields::count(const char* key) const {
  const auto number = optional_number(key).value_or(0);
  if (number < 0) fail(key, "a count");
  return static_cast<std::size_t>(number);
}

std::vector<std::string> Fields::texts(const char* key) const {
  std::vector<std::string> texts;
  const auto* value = find(key);
  if (!value) return texts;
  if (!value->IsArray()) fail(key, "a list of strings");
  for (const auto& element : value->GetArray()) {
    if (!element.IsString()) fail(key, "a list of strings");
    texts.emplace_back(element.GetString(), element.GetStringLength());
  }
  return texts;
}

Fields Fields::object(const char* key) const {
  const auto* value = find(key);
  if (!value || !value->IsObject()) fail(key, "an object");
  return {*value, path_of(key)};
}

std::vector<Fields> Fields::objects(const char* key) const {
  std::vector<Fields> objects;
  const auto* value = find(key);
  if (!value) return objects;
  if (!value->IsArray()) fail(key, "a list of objects");
  for (rapidjson::SizeType i = 0; i < value->Size(); ++i)
    objects.emplace_back((*value)[i], fmt::format("{}[{}]", path_of(key), i));
  return objects;
}

}  // namespace drift
