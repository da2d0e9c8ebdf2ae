#include "source/yaml.hpp"

#include <fmt/format.h>

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

}  // namespace drift::source
