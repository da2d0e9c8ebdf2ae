// The plan out of its ConfigMap, as plain text or compressed.
#include <fmt/format.h>

#include <algorithm>

#include "error.hpp"
#include "hook/plan.hpp"
#include "hook/stored_text.hpp"

namespace drift::hook {
namespace {

const rapidjson::Value* find(const rapidjson::Value& object, const char* key) {
  if (!object.IsObject()) return nullptr;
  const auto member = object.FindMember(key);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

std::string_view text_at(const rapidjson::Value& object, const char* outer, const char* key) {
  const auto* map = find(object, outer);
  const auto* value = map ? find(*map, key) : nullptr;
  return value && value->IsString() ? std::string_view(value->GetString(), value->GetStringLength())
                                    : std::string_view();
}

// The API server stamps every write; times of one format sort as text.
std::string last_written(const rapidjson::Value& config_map) {
  std::string written(text_at(config_map, "metadata", "creationTimestamp"));
  const auto* metadata = find(config_map, "metadata");
  const auto* managed = metadata ? find(*metadata, "managedFields") : nullptr;
  if (!managed || !managed->IsArray()) return written;
  for (const auto& entry : managed->GetArray())
    if (const auto* time = find(entry, "time"); time && time->IsString())
      written = std::max(written, std::string(time->GetString()));
  return written;
}

}  // namespace

std::string plan_text(const rapidjson::Value& config_map) {
  auto text = stored_text(config_map, "plan.json", longest_plan);
  if (text.empty())
    throw InputError(
        "the plan's ConfigMap holds no plan; expected `data: plan.json` or `binaryData: plan.json.gz`");
  return text;
}

Plan read_plan_object(const rapidjson::Value& config_map, std::string_view expected_digest) {
  Plan plan = read_plan(plan_text(config_map));
  if (!expected_digest.empty() && plan.digest != expected_digest)
    throw InputError(fmt::format("the plan is {}, not {} as this Job was told: it belongs to another sync",
                                 plan.digest, expected_digest));
  plan.written = last_written(config_map);
  return plan;
}

}  // namespace drift::hook
