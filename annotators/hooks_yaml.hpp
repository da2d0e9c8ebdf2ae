// Objects of ours as text: built as rapidjson values, written as YAML for people.
#pragma once
#include <rapidjson/document.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace drift::annotators {

// A mapping as one YAML document in block style, keys in the order in which they were set; ends with a newline. Every
// string is quoted that YAML 1.1 (go-yaml v2) would not read as that string, and quoted as JSON quotes: yaml-cpp's emitter
// leaves U+2028 and DEL as they are, which libyaml takes for a line end and refuses.
std::string block_yaml(const rapidjson::Value& object);

// Sets the value at a path of keys, making the mappings on the way.
using Path = std::initializer_list<std::string_view>;
void set(rapidjson::Document& document, Path path, std::string_view text);
void set(rapidjson::Document& document, Path path, rapidjson::Value&& value);

// The JSON text as a document. The text must be well formed: it is ours, or was checked with the policy.
rapidjson::Document from_json(std::string_view json);

// A string that belongs to the document, and a list of such strings.
rapidjson::Value text_value(std::string_view text, rapidjson::Document& document);
template <typename Texts>
rapidjson::Value text_list(const Texts& texts, rapidjson::Document& document) {
  rapidjson::Value list(rapidjson::kArrayType);
  for (const auto& text : texts) list.PushBack(text_value(text, document), document.GetAllocator());
  return list;
}

}  // namespace drift::annotators
