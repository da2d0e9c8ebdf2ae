// The options that `render` and `explain` share.
#pragma once
#include "commands/command.hpp"
#include "render/application.hpp"

namespace drift::commands {

// Adds PATH, the source's flags, --policy and --no-hooks.
void add_rendering_options(Arguments& app, render::Request& request);

}  // namespace drift::commands
