#include "source/yaml.hpp"

#include <fmt/format.h>

#include "error.hpp"
#include "manifest/first_document.hpp"

namespace drift::source {

manifest::Document read_first_document(std::string_view name, std::string_view text) {
  if (text.size() > manifest::max_text_size) throw InputError({std::string(name)}, "is too large");
  return {name, text, manifest::first_document(text)};
}

Json read_yaml(const std::string& name, std::string_view text) {
  const auto document = read_first_document(name, text);
  Json json;
  if (!document.root()) return json;
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag;
  const auto text_as_json = document.root().json();
  json.Parse<flags>(text_as_json.data(), text_as_json.size());
  if (json.HasParseError()) throw InputError({name}, "can't be expressed as JSON");
  return json;
}

}  // namespace drift::source
