#include "controller/rendered.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/plan_object.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/printable.hpp"
#include "json/read.hpp"
#include "store/config_map.hpp"

namespace drift::controller {
namespace {

constexpr std::size_t most_plans = 20;

// A look that costs nothing, before the text is parsed.
bool may_be_plan(const std::string& text) {
  return text.find(R"("plan.json)") != std::string::npos && text.find(R"("ConfigMap")") != std::string::npos;
}

// What Argo CD calls the Application to its plugins (Application.InstanceName): with its namespace where that isn't Argo CD's own.
bool is_of(const rapidjson::Value& object, const std::string& ns, const std::string& name) {
  return store::why_not_of(name, object).empty() || store::why_not_of(ns + "_" + name, object).empty();
}

}  // namespace

Plans plans_in(const std::vector<std::string>& manifests, const std::string& ns, const std::string& name) {
  Plans plans;
  for (const auto& text : manifests) {
    if (!may_be_plan(text)) continue;
    const auto object = parse_json("manifest", text);
    const auto config_map = text_at(object, {"metadata", "name"});
    if (text_of(object, "kind") != "ConfigMap" || !config_map.ends_with("-plan") || !is_of(object, ns, name))
      continue;
    const auto digest = text_at(object, {"metadata", "annotations", keys::plan_digest});
    if (digest.empty() || plans.size() == most_plans)
      throw InputError(fmt::format("ConfigMap {} is no plan that can be used", printable(config_map)));
    plans.insert_or_assign(config_map, api::read_plan_object(object, digest));
  }
  return plans;
}

const api::PlannedObject* find_in(const api::Plan& plan, const ObjectName& object) {
  const auto found = std::find_if(plan.objects.begin(), plan.objects.end(), [&](const auto& planned) {
    return ObjectName{planned.group, planned.kind, planned.ns, planned.name} == object;
  });
  return found == plan.objects.end() ? nullptr : &*found;
}

}  // namespace drift::controller
