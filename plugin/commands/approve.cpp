// `drift-policy approve`: lets the sync of an application go on that waits at its gate.
#include "commands/answering.hpp"

namespace drift::commands {

Action declare_approve(Arguments& app) {
  auto options = std::make_shared<AnsweringOptions>();
  auto overriding = std::make_shared<bool>(false);
  declare_answering(app, *options);
  app.add_flag("--override", *overriding,
               "Break the glass where the policy stops the sync: Git's state is put back, on record");
  return [options, overriding] {
    options->request.verb = *overriding ? approval::Verb::override_stop : approval::Verb::approve;
    return answer(*options);
  };
}

}  // namespace drift::commands
