// `drift-policy parameters`: the announcement that Argo CD shows as a form.
#include <memory>
#include <string>

#include "commands/command.hpp"
#include "commands/source_flags.hpp"
#include "outside/environment.hpp"
#include "outside/own_limits.hpp"
#include "outside/terminal.hpp"
#include "source/announcement.hpp"
#include "source/settings.hpp"

namespace drift::commands {

Action declare_parameters(Arguments& app) {
  struct Input {
    std::string path = ".";
    source::CommandLine line;
  };
  const auto input = std::make_shared<Input>();
  app.add_option("PATH", input->path, "The application's folder").show_default();
  add_source_flags(app, input->line);
  return [input] {
    const auto environment = outside::environment();
    const auto [options, context] = source::read_settings(input->line, environment);
    outside::bound_this_process(context.limits);
    outside::print({source::announcement(input->path, options, context), "\n"});
    return Exit::ok;
  };
}

}  // namespace drift::commands
