#include "commands/answering.hpp"

#include <unistd.h>

#include <cstdio>

#include "approval/session.hpp"
#include "commands/connection_flags.hpp"
#include "commands/suggestions.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

void declare_cluster(Arguments& app, outside::ConnectionOptions& connection, std::string& ns) {
  app.add_option("--namespace,-n", ns, "The hooks' namespace (default: the context's)")
      .type_name("NAMESPACE")
      .completed_by([&connection](const std::string&) { return namespaces(connection); });
  declare_connection(app, connection);
}

void declare_answering(Arguments& app, AnsweringOptions& options) {
  app.add_option("application", options.application, "The application, as Argo CD calls it")
      .required()
      .type_name("APPLICATION")
      .completed_by([&](const std::string&) { return waiting_applications(options.connection, options.ns); });
  app.add_option("--reason,-r", options.request.reason,
                 "Why, in a sentence; it is recorded. On a terminal it is asked for last, after the page and "
                 "the question");
  app.add_option(
      "--drift", options.request.drift,
      "The drift that was looked at, as the gate shows it, or at least its first eight digits; any other is "
      "refused");
  app.add_flag("--yes,-y", options.yes, "Don't ask back");
  app.add_option("--gate", options.job, "The gate's Job, where an application has several")
      .type_name("JOB")
      .completed_by([&](const std::string&) {
        return waiting_jobs(options.connection, options.ns, options.application);
      });
  declare_cluster(app, options.connection, options.ns);
}

Exit answer(const AnsweringOptions& options) {
  const auto environment = outside::environment();
  outside::SystemClock clock;
  const auto connection = outside::read_connection(options.connection, environment);
  const auto kubernetes = outside::connect(connection, clock);
  approval::GateQuery wanted{
      options.application, options.ns.empty() ? connection.ns : options.ns, options.job, {}};
  if (wanted.ns.empty())
    throw InputError("it isn't known which namespace the hooks are in; expected --namespace");
  approval::Dialogue dialogue;
  dialogue.colour = outside::coloured(outside::Colour::automatic, STDERR_FILENO, environment);
  dialogue.show = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
  if (outside::interactive()) {
    dialogue.confirm = outside::confirm;
    dialogue.ask = outside::ask;
  }
  const auto said = approval::give_answer(*kubernetes, clock, wanted, options.request, options.yes, dialogue);
  outside::print({said, "\n"});
  return Exit::ok;
}

}  // namespace drift::commands
