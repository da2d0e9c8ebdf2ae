// All commands with their options and their own commands, as declared; for what tells of all of them.
#pragma once
#include <string>
#include <vector>

#include "commands/arguments.hpp"

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

// The program itself; its version stands in its options.
DescribedCommand describe_program();

}  // namespace drift::commands
