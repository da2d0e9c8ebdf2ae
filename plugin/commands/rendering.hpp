// What `render` and `explain` share: options in, a rendering out.
#pragma once
#include <memory>
#include <string>

#include "commands/command.hpp"
#include "outside/environment.hpp"
#include "render.hpp"
#include "source/settings.hpp"

namespace drift::commands {

struct RenderingOptions {
  source::CommandLine source;
  std::string path = ".";
  std::string policy;
  bool no_hooks = false;
};

// Adds PATH, the source's flags, --policy and --no-hooks.
void add_rendering_options(Arguments& app, RenderingOptions& options);

// Reads and renders. Warnings go to standard error. Throws Refusal where nothing is rendered and the policy does not allow
// that, InputError and OutsideError as the stages do.
Rendered render_application(const RenderingOptions& options, const outside::Environment& environment,
                            Wanted wanted = Wanted::everything);

}  // namespace drift::commands
