// `drift-policy version`
#include <fmt/format.h>

#include "commands/command.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

Action declare_version(Arguments& /*arguments*/) {
  return [] {
    outside::print({"drift-policy " DRIFT_VERSION "\n"});
    return Exit::ok;
  };
}

}  // namespace drift::commands
