// `drift-policy generate actions`: with which people approve and reject in Argo CD.
#include "commands/command.hpp"
#include "generate/actions.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

Action declare_generate_actions(Arguments& /*app*/) {
  return [] {
    outside::print({generate::actions_patch()});
    return Exit::ok;
  };
}

}  // namespace drift::commands
