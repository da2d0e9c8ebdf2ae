#include "analysis/applied.hpp"

#include "analysis/json_value.hpp"
#include "error.hpp"
#include "json.hpp"

namespace drift::analysis {

rapidjson::Document last_applied(const rapidjson::Value& live) {
  const auto* annotations = member(member(&live, "metadata"), "annotations");
  const auto text = string_of(member(annotations, last_applied_annotation));
  if (text.empty()) return {};
  try {
    auto applied = parse_json(last_applied_annotation, text);
    if (applied.IsObject()) return applied;
  } catch (const InputError&) {  // anybody may have written it
  }
  return {};
}

}  // namespace drift::analysis
