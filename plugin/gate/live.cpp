#include "gate/live.hpp"

#include <fmt/format.h>

#include "outside/kubernetes/look_for.hpp"
#include "store/plan.hpp"

namespace drift::gate {
namespace {

using analysis::LiveObject;
using api::PlannedObject;

constexpr int not_allowed = 403;

LiveObject look_at(outside::Kubernetes& kubernetes, const PlannedObject& planned) {
  const auto object = outside::look_for(kubernetes, store::where_is(planned));
  LiveObject live;
  if (!object) return live;
  live.found = LiveObject::Found::present;
  live.object.Swap(*object);
  return live;
}

}  // namespace

api::Plan read_plan_of_sync(const store::Run& run) {
  const auto object = run.kubernetes.get(run.config_map(run.names.plan()));
  if (!object)
    throw InputError(fmt::format("the plan, ConfigMap {}/{}, is not there", run.ns, run.names.plan()));
  return store::read_own_plan(*object, run);
}

analysis::Live live_objects(outside::Kubernetes& kubernetes, std::function<void()> go_on) {
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

}  // namespace drift::gate
