#include "hook/json_value.hpp"

#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <vector>

#include "manifest/json.hpp"

namespace drift::hook {
namespace {

void append(const rapidjson::Value& value, std::string& out);

void append_object(const rapidjson::Value& object, std::string& out) {
  std::vector<const rapidjson::Value::Member*> members;
  members.reserve(object.MemberCount());
  for (const auto& entry : object.GetObject()) members.push_back(&entry);
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return string_of(&a->name) < string_of(&b->name); });
  char separator = '{';
  for (const auto* entry : members) {
    out += separator;
    separator = ',';
    manifest::append_json_string(string_of(&entry->name), out);
    out += ':';
    append(entry->value, out);
  }
  out += separator == '{' ? "{}" : "}";
}

void append(const rapidjson::Value& value, std::string& out) {
  if (value.IsObject()) return append_object(value, out);
  if (value.IsString()) return manifest::append_json_string(string_of(&value), out);
  if (value.IsArray()) {
    char separator = '[';
    for (const auto& element : value.GetArray()) {
      out += separator;
      separator = ',';
      append(element, out);
    }
    out += separator == '[' ? "[]" : "]";
    return;
  }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer(buffer);
  value.Accept(writer);
  out.append(buffer.GetString(), buffer.GetSize());
}

}  // namespace

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

std::string canonical_json(const rapidjson::Value& value) {
  std::string out;
  append(value, out);
  return out;
}

std::string plain_text(const rapidjson::Value& value) {
  return value.IsString() ? std::string(string_of(&value)) : canonical_json(value);
}

const rapidjson::Value* resolve(const rapidjson::Value& root, std::string_view pointer) {
  return rapidjson::Pointer(pointer.data(), pointer.size()).Get(root);
}

}  // namespace drift::hook
