#include "store/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/plan_write.hpp"
#include "api/stored_text.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "json/members.hpp"
#include "store/config_map.hpp"

namespace drift::store {
namespace {

using drift::member;
using drift::string_of;

// The API server stamps every write; times of one format sort as text.
std::string last_written(const rapidjson::Value& config_map) {
  const auto* metadata = member(&config_map, "metadata");
  std::string written(string_of(member(metadata, "creationTimestamp")));
  const auto* managed = member(metadata, "managedFields");
  if (!managed || !managed->IsArray()) return written;
  for (const auto& entry : managed->GetArray())
    written = std::max(written, std::string(string_of(member(&entry, "time"))));
  return written;
}

}  // namespace

std::string plan_text(const rapidjson::Value& config_map) {
  auto text = api::stored_text(config_map, "plan.json", api::longest_plan);
  if (text.empty())
    throw InputError(
        "the plan's ConfigMap holds no plan; expected `data: plan.json` or `binaryData: plan.json.gz`");
  return text;
}

api::Plan read_plan_object(const rapidjson::Value& config_map, std::string_view expected_digest) {
  auto plan = api::read_plan(plan_text(config_map));
  if (!expected_digest.empty() && plan.digest != expected_digest)
    throw InputError(fmt::format("the plan is {}, not {} as this Job was told: it belongs to another sync",
                                 plan.digest, expected_digest));
  plan.written = last_written(config_map);
  return plan;
}

api::Plan read_own_plan(const rapidjson::Value& config_map, const Run& run) {
  const auto why = why_not_of(run.application, config_map);
  if (!why.empty())
    throw InputError(fmt::format("ConfigMap {}/{} can't be this plan: {}", run.ns, run.names.plan(), why));
  auto plan = read_plan_object(config_map, run.plan_digest);
  if (plan.application != run.application)
    throw InputError(fmt::format("ConfigMap {}/{} holds a plan of application {}, not of {}", run.ns,
                                 run.names.plan(), printable(plan.application), run.application));
  return plan;
}

outside::ResourcePath where_is(const api::PlannedObject& planned) {
  return {planned.group, planned.version, planned.resource, planned.ns, planned.name, ""};
}

}  // namespace drift::store
