// The options of the log, which every command has.
#pragma once
#include "commands/arguments.hpp"
#include "outside/log.hpp"

namespace drift::commands {

// Declares them for a command that has all its own options, or for each of its commands.
void declare_log(Arguments& app, outside::LogSettings& log);

}  // namespace drift::commands
