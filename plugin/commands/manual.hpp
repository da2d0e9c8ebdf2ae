// The manual as man pages (man(7)), made from the declared commands: what --help says, in the form of groff and mandoc.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/command_tree.hpp"

namespace drift::commands {

// The whole manual as one page. `date` may be empty: pages of one version are the same whenever they are made.
std::string manual_page(const DescribedCommand& program, std::string_view date);

// A page for the program and one for each command, by the names of their files: `drift-policy-audit-list.1`.
std::vector<std::pair<std::string, std::string>> manual_pages(const DescribedCommand& program,
                                                              std::string_view date);

}  // namespace drift::commands
