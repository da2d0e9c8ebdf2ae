// Objects of ours, built as rapidjson values.
#pragma once
#include <rapidjson/document.h>

#include <initializer_list>
#include <string_view>

namespace drift {

// Sets the value at a path of keys, making the mappings on the way.
using JsonPath = std::initializer_list<std::string_view>;
void set(rapidjson::Document& document, JsonPath path, std::string_view text);
void set(rapidjson::Document& document, JsonPath path, rapidjson::Value&& value);

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

}  // namespace drift
