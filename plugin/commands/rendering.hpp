// What the commands that render share.
#pragma once
#include "api/plan.hpp"
#include "commands/command.hpp"
#include "render/application.hpp"

namespace drift::commands {

// Adds PATH, the source's flags, --policy and --no-hooks.
void add_rendering_options(Arguments& app, render::Request& request);

// The plan of what was rendered. Throws InputError where there is no policy.
api::Plan plan_of(const render::Rendered& rendered);

}  // namespace drift::commands
