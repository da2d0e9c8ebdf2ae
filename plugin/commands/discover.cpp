// `drift-policy discover`: whether the folder holds something that render takes. Argo CD's discovery asks for exit code 0 and
// something on stdout.
#include <memory>
#include <string>

#include "commands/command.hpp"
#include "outside/terminal.hpp"
#include "source/discovery.hpp"

namespace drift::commands {

Action declare_discover(Arguments& app) {
  const auto path = std::make_shared<std::string>(".");
  app.add_option("PATH", *path, "The application's folder").show_default();
  return [path] {
    const auto type = source::discover(*path);
    if (!type) return Exit::refused;
    outside::print({source::to_string(*type), "\n"});
    return Exit::ok;
  };
}

}  // namespace drift::commands
