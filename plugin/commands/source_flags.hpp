// The flags of what can be set about a source (source/settings.hpp).
#pragma once
#include "commands/arguments.hpp"
#include "source/settings.hpp"

namespace drift::commands {

// Adds the flags to `app`; `line` must live until they are parsed.
void add_source_flags(Arguments& app, source::CommandLine& line);

}  // namespace drift::commands
