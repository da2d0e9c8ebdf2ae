// `drift-policy generate actions`: with which people approve and reject in Argo CD.
#include "approval/actions.hpp"
#include "commands/command.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

Action declare_generate_actions(CLI::App& /*app*/) {
  return [] {
    outside::print({approval::actions_patch()});
    return Exit::ok;
  };
}

}  // namespace drift::commands
