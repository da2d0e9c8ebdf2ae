#include "json/build.hpp"

#include <utility>

namespace drift {

rapidjson::Value text_value(std::string_view text, rapidjson::Document& document) {
  return {text.data(), static_cast<rapidjson::SizeType>(text.size()), document.GetAllocator()};
}

void set(rapidjson::Document& document, JsonPath path, std::string_view text) {
  set(document, path, text_value(text, document));
}

void set(rapidjson::Document& document, JsonPath path, rapidjson::Value&& value) {
  rapidjson::Value* place = &document;
  for (const auto key : path) {
    if (!place->IsObject()) place->SetObject();
    const rapidjson::Value name(rapidjson::StringRef(key.data(), key.size()));
    auto member = place->FindMember(name);
    if (member == place->MemberEnd()) {
      place->AddMember(text_value(key, document), rapidjson::Value(), document.GetAllocator());
      member = place->MemberEnd() - 1;
    }
    place = &member->value;
  }
  *place = std::move(value);
}

rapidjson::Document from_json(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(json.data(), json.size());
  return document;
}

}  // namespace drift
