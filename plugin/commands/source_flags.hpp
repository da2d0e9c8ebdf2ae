// The flags of what can be set about a source (source/settings.hpp).
#pragma once
#include <string_view>

#include "commands/arguments.hpp"
#include "source/settings.hpp"

namespace drift::commands {

// Whether a group of options is that of one type of source: Directory, Helm, Kustomize.
bool is_group_of_type(std::string_view group);

// Adds the flags to `app`; `line` must live until they are parsed.
void add_source_flags(Arguments& app, source::CommandLine& line);

}  // namespace drift::commands
