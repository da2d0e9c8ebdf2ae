#include "hook/gate_inputs.hpp"

#include <fmt/format.h>

#include "audit/canonical.hpp"
#include "hook/look_for.hpp"
#include "printable.hpp"

namespace drift::hook {
namespace {

constexpr int not_allowed = 403;

bool has_labels_of_a_base(const Run& run, const rapidjson::Value& object) {
  const auto* labels = audit::find(object, {"metadata", "labels"});
  return labels != nullptr && audit::text_of(*labels, "app.kubernetes.io/component") == "base" &&
         audit::text_of(*labels, "app.kubernetes.io/managed-by") == "drift-policy" &&
         audit::text_of(*labels, "drift-policy.dev/source") == run.names.prefix();
}

std::string digest_of_base(const rapidjson::Value& object) {
  const auto* annotations = audit::find(object, {"metadata", "annotations"});
  return annotations == nullptr ? std::string()
                                : audit::text_of(*annotations, "drift-policy.dev/plan-digest");
}

LiveObject look_at(outside::Kubernetes& kubernetes, const PlannedObject& planned) {
  const auto object = look_for(kubernetes, planned);
  LiveObject live;
  if (!object) return live;
  live.found = LiveObject::Found::present;
  live.object.Swap(*object);
  return live;
}

}  // namespace

Plan read_plan_of_sync(const Run& run) {
  const auto object = run.kubernetes.get(run.config_map(run.names.plan()));
  if (!object)
    throw InputError(fmt::format("the plan, ConfigMap {}/{}, is not there", run.space, run.names.plan()));
  return read_plan_object(*object, run.plan_digest);
}

Base read_base(const Run& run) {
  const auto object = run.kubernetes.get(run.config_map(run.names.base()));
  if (!object) return {};
  const auto unusable = [&](std::string_view why) {
    return Base{std::nullopt, fmt::format("ConfigMap {}/{} can't be used as the base of the last success: {}",
                                          run.space, run.names.base(), printable(why))};
  };
  if (!has_labels_of_a_base(run, *object)) return unusable("it hasn't the labels that the audit writes");
  try {
    auto plan = read_plan_object(*object, {});
    const auto noted = digest_of_base(*object);
    if (!noted.empty() && plan.digest != noted)
      return unusable("its digest isn't the one that is noted on it");
    return {std::move(plan), {}};
  } catch (const InputError& error) {
    return unusable(error.what());
  }
}

Live live_objects(outside::Kubernetes& kubernetes, std::function<void()> go_on) {
  return [&kubernetes, go_on = std::move(go_on)](const PlannedObject& planned) -> LiveObject {
    go_on();
    try {
      return look_at(kubernetes, planned);
    } catch (const outside::ApiError& error) {
      if (error.not_found()) return {LiveObject::Found::unknown, {}};
      // 401 is no answer about the object: the gate itself isn't known.
      if (error.http_status != not_allowed) throw;
      return {LiveObject::Found::forbidden, {}};
    }
  };
}

}  // namespace drift::hook
