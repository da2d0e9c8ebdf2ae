#include "yaml/first_json.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "yaml/first_document.hpp"
#include "yaml/nesting.hpp"

namespace drift::yaml {
namespace {
// There can be hundreds of these files, and none has a thousand levels.
constexpr std::size_t most_nesting = 1'000'000;
}  // namespace

Document read_first_document(std::string_view name, std::string_view text) {
  if (text.size() > max_text_size) throw InputError({std::string(name)}, "is too large");
  if (nesting_work(text) > most_nesting)
    throw InputError({std::string(name)},
                     "lists and mappings in brackets are nested too deep; expected fewer levels");
  return {name, text, first_document(text)};
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

}  // namespace drift::yaml
