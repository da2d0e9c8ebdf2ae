#include "analysis/ending.hpp"

#include <algorithm>

#include "json/members.hpp"
#include "json/read.hpp"
#include "kube/field_facts.hpp"

namespace drift::analysis {
namespace {

bool asks(const rapidjson::Value& manifest, const facts::Ending& ending) {
  const auto* value = &manifest;
  for (const auto key : ending.field)
    if (!key.empty()) value = member(value, key);
  return value != nullptr;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

bool ends_by_itself(const api::PlannedObject& base) {
  return base.manifest && std::any_of(facts::endings.begin(), facts::endings.end(), [&](const auto& ending) {
           return ending.group == base.group && ending.kind == base.kind &&
                  asks(parse_json("manifest", *base.manifest), ending);
         });
}

bool has_ended(const rapidjson::Value& live) {
  const auto* status = member(&live, "status");
  if (is_one_of(string_of(member(status, "phase")), {"Succeeded", "Failed", "Error"})) return true;
  const auto* conditions = member(status, "conditions");
  if (!conditions || !conditions->IsArray()) return false;
  return std::any_of(conditions->Begin(), conditions->End(), [](const auto& condition) {
    return is_one_of(string_of(member(&condition, "type")), {"Complete", "Failed"}) &&
           string_of(member(&condition, "status")) == "True";
  });
}

}  // namespace drift::analysis
