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
  const char* group = "Commands";  // under which headline the help lists it
};

std::span<const Command> table();

inline constexpr const char* program_name = "drift-policy";
inline constexpr const char* program_summary =
    "Writes a drift policy into an Argo CD application's manifests, and carries it out.";

struct ExitCode {
  Exit code;
  const char* meaning;
};
inline constexpr ExitCode exit_codes[] = {{Exit::ok, "fine"},
                                          {Exit::refused, "the policy says no, or a test failed"},
                                          {Exit::input, "wrong use, policy or input"},
                                          {Exit::outside, "another program or server failed"}};

}  // namespace drift::commands
