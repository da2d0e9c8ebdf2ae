#include "store/plan.hpp"

#include <fmt/format.h>

#include "api/plan_object.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "store/config_map.hpp"

namespace drift::store {
api::Plan read_own_plan(const rapidjson::Value& config_map, const Run& run) {
  const auto why = why_not_of(run.application, config_map);
  if (!why.empty())
    throw InputError(fmt::format("ConfigMap {}/{} can't be this plan: {}", run.ns, run.names.plan(), why));
  auto plan = api::read_plan_object(config_map, run.plan_digest);
  if (plan.application != run.application)
    throw InputError(fmt::format("ConfigMap {}/{} holds a plan of application {}, not of {}", run.ns,
                                 run.names.plan(), printable(plan.application), run.application));
  return plan;
}

outside::ResourcePath where_is(const api::PlannedObject& planned) {
  return {planned.group, planned.version, planned.resource, planned.ns, planned.name, ""};
}

}  // namespace drift::store
