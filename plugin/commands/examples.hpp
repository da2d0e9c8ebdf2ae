// What people type first, for the help and the manual.
#pragma once
#include <string_view>
#include <vector>

namespace drift::commands {

struct Example {
  std::string_view line;     // `drift-policy gates -A`
  std::string_view meaning;  // a few words
};

// Those of a command, as it is called: `drift-policy audit list`. None where its help needs none.
std::vector<Example> examples_of(std::string_view command);

}  // namespace drift::commands
