#include "json/canonical.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <vector>

#include "json/read.hpp"
#include "json/string.hpp"

namespace drift {
namespace {

void append(const rapidjson::Value& value, std::string& out);

void append_object(const rapidjson::Value& value, std::string& out) {
  std::vector<const rapidjson::Value::Member*> members;
  for (const auto& member : value.GetObject()) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return text_of(a->name) < text_of(b->name); });
  out += '{';
  for (const auto* member : members) {
    if (member != members.front()) out += ',';
    append_json_string(text_of(member->name), out);
    out += ':';
    append(member->value, out);
  }
  out += '}';
}

void append(const rapidjson::Value& value, std::string& out) {
  if (value.IsObject()) return append_object(value, out);
  if (value.IsString()) return append_json_string(text_of(value), out);
  if (value.IsArray()) {
    out += '[';
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      if (i > 0) out += ',';
      append(value[i], out);
    }
    out += ']';
    return;
  }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  out.append(buffer.GetString(), buffer.GetSize());
}

}  // namespace

std::string canonical(const rapidjson::Value& value) {
  std::string out;
  append(value, out);
  return out;
}

void JsonObject::text(const std::string& key, std::string_view value) {
  members_[key] = json_string(value);
}

void JsonObject::text_if(const std::string& key, std::string_view value) {
  if (!value.empty()) text(key, value);
}

void JsonObject::number(const std::string& key, std::uint64_t value) {
  members_[key] = std::to_string(value);
}

void JsonObject::flag(const std::string& key, bool value) {
  members_[key] = value ? "true" : "false";
}

void JsonObject::json(const std::string& key, std::string value) {
  members_[key] = std::move(value);
}

std::string JsonObject::str() const {
  std::string out = "{";
  for (const auto& [key, value] : members_) {
    if (out.size() > 1) out += ',';
    append_json_string(key, out);
    out += ':';
    out += value;
  }
  return out + '}';
}

}  // namespace drift
