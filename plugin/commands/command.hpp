// A subcommand: its name, its line in the help, and how it declares its options. declare() adds options to `app` and
// returns what to do once they are parsed; nothing is done before. The table is in commands.cpp.
#pragma once
#include <functional>
#include <span>

#include "base/error.hpp"
#include "commands/arguments.hpp"

namespace drift::commands {

using Action = std::function<Exit()>;

struct Command {
  const char* name;
  const char* summary;
  Action (*declare)(Arguments& app);
};

std::span<const Command> table();

}  // namespace drift::commands
