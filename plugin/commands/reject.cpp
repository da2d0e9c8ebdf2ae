// `drift-policy reject`: ends the sync of an application that waits at its gate.
#include "commands/answering.hpp"

namespace drift::commands {

Action declare_reject(Arguments& app) {
  auto options = std::make_shared<AnsweringOptions>();
  options->request.verb = approval::Verb::reject;
  declare_answering(app, *options);
  return [options] { return answer(*options); };
}

}  // namespace drift::commands
