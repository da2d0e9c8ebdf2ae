#include "commands/rendering.hpp"

#include "annotators/hooks/hooks.hpp"
#include "base/error.hpp"
#include "commands/source_flags.hpp"

namespace drift::commands {

void add_rendering_options(Arguments& app, render::Request& request) {
  app.add_option("path", request.path, "A folder, a file, or - for standard input")
      .type_name("PATH")
      .show_default();
  app.add_option("--policy", request.policy,
                 "The policy: a file, a folder, or none (default: $DRIFT_POLICY_PATH, the sidecar's mounted "
                 "folder, the built-in baseline); not looked at when Argo CD calls")
      .type_name("FILE|DIR|none");
  app.add_flag("--no-hooks", request.no_hooks, "Inject no built-in hooks");
  add_source_flags(app, request.source);
}

api::Plan plan_of(const render::Rendered& rendered) {
  if (rendered.policies.none) throw InputError("--policy none decides nothing; expected a policy");
  return api::read_plan(annotators::plan(render::input_of(rendered)));
}

}  // namespace drift::commands
