// All commands with their options and their own commands, as declared; for what tells of all of them.
#pragma once
#include <string>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/command.hpp"
#include "outside/log.hpp"

namespace drift::commands {

struct DescribedCommand {
  std::string line;  // `drift-policy audit list`
  std::string summary;
  std::string group;  // under which headline the help lists it
  std::vector<ArgumentFacts> arguments;
  std::vector<DescribedCommand> commands;
  bool works_alone = true;  // without one of its commands
};

// A command as it was declared, `line` being how it is called.
DescribedCommand describe(const std::string& line, const std::string& summary, const Arguments& declared);

// Declares all commands with their options. The actions own the options' variables.
std::vector<Action> declare_all(Parser& parser, outside::LogSettings& log);

// The program itself; its version stands in its options.
DescribedCommand describe_program();

}  // namespace drift::commands
