// What --help prints, made from a declared command. Pure.
#pragma once
#include <cstddef>
#include <string>

#include "commands/command_tree.hpp"

namespace drift::commands {

struct HelpLayout {
  std::size_t columns = 80;  // longer lines are broken between words
  bool coloured = false;     // headlines stand out
  bool all = false;          // with the groups of options that few need
};

// Usage, examples, commands by their groups, arguments, options by their groups, exit codes.
std::string help_text(const DescribedCommand& command, const HelpLayout& layout);

}  // namespace drift::commands
