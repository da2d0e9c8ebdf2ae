#include "source/yaml.hpp"

#include <fmt/format.h>

#include "error.hpp"
#include "manifest/first_document.hpp"
#include "manifest/nesting.hpp"

namespace drift::source {
namespace {
// There can be hundreds of these files, and none has a thousand levels.
constexpr std::size_t max_nesting_work = 1'000'000;
}  // namespace

manifest::Document read_first_document(std::string_view name, std::string_view text) {
  if (text.size() > manifest::max_text_size) throw InputError({std::string(name)}, "is too large");
  if (manifest::nesting_work(text) > max_nesting_work)
    throw InputError({std::string(name)},
                     "lists and mappings in brackets are nested too deep; expected fewer levels");
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
