#include "commands/log_options.hpp"

namespace drift::commands {

void declare_log(Arguments& app, outside::LogSettings& log) {
  const auto commands = app.subcommands();
  for (auto command : commands) declare_log(command.arguments, log);
  if (!commands.empty() && !app.works_alone()) return;
  app.add_option("--log-format", log.format,
                 "How messages look on standard error (default: $DRIFT_POLICY_LOG_FORMAT, or text)")
      .one_of({"text", "json"})
      .group("Log");
  app.add_option("--log-level", log.level,
                 "Which messages are written (default: $DRIFT_POLICY_LOG_LEVEL, or info)")
      .one_of({"debug", "info", "warn", "error"})
      .group("Log");
}

}  // namespace drift::commands
