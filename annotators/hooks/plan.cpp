#include "annotators/hooks/plan.hpp"

namespace drift::annotators {

void write_plan(HookContext& context) {
  const auto& input = context.input;
  const auto& application = input.application;
  context.plan = api::write_plan({.application = application.name,
                                  .project = application.project,
                                  .revision = application.revision,
                                  .repository = application.repository,
                                  .path = application.path,
                                  .destination = application.ns,
                                  .hooks_ns = context.ns},
                                 input.policies, input.manifests, input.verdicts, context.objects);
}

rapidjson::Document plan_object(const HookContext& context) {
  auto object = new_object(context, {"v1", "ConfigMap", context.ns, context.names.plan(), "plan"});
  make_hook(object, "PreSync", ground_wave);
  apply_on_server(object);
  api::put_plan(object, context.plan, context.objects.size());
  return object;
}

}  // namespace drift::annotators
