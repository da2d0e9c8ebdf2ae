#include "source/yaml.hpp"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "error.hpp"
#include "manifest/document.hpp"

namespace drift::source {

Json read_yaml(const std::string& name, std::string_view text) {
  if (text.size() > manifest::max_text_size) throw InputError({name}, "is too large");
  const manifest::Document document(name, text, {0, static_cast<std::uint32_t>(text.size())});
  Json json;
  if (!document.root()) return json;
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag;
  const auto text_as_json = document.root().json();
  json.Parse<flags>(text_as_json.data(), text_as_json.size());
  if (json.HasParseError()) throw InputError({name}, "can't be expressed as JSON");
  return json;
}

std::string_view text_of(const rapidjson::Value& value) {
  return value.IsString() ? std::string_view(value.GetString(), value.GetStringLength()) : std::string_view();
}

const rapidjson::Value* find_member(const rapidjson::Value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  const rapidjson::Value key(rapidjson::StringRef(name.data(), name.size()));
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string to_json(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace drift::source
