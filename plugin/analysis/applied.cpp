#include "analysis/applied.hpp"

#include "base/error.hpp"
#include "json/members.hpp"
#include "json/read.hpp"

namespace drift::analysis {

rapidjson::Document last_applied(const rapidjson::Value& live) {
  const auto* annotations = member(member(&live, "metadata"), "annotations");
  const auto text = string_of(member(annotations, last_applied_annotation));
  if (text.empty()) return {};
  try {
    auto applied = parse_json(last_applied_annotation, text);
    if (applied.IsObject()) return applied;
    return {};
  } catch (const InputError&) {
    return {};  // anybody may have written it
  }
}

}  // namespace drift::analysis
