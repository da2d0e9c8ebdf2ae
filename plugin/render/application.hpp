// The whole way of one application: its folder and the policies are read, and rendered. The order of the stages stands here and in
// render.hpp.
#pragma once
#include <string>

#include "outside/environment.hpp"
#include "render/render.hpp"
#include "source/settings.hpp"

namespace drift::render {

// What is asked for.
struct Request {
  source::CommandLine source;
  std::string path = ".";  // `-`: standard input
  std::string policy;      // a file, a folder or `none`; empty: as the environment says
  bool no_hooks = false;
};

// Reads and renders. Warnings go to the log. Throws Refusal where nothing is rendered and the policy does not allow that,
// InputError and OutsideError as the stages do.
Rendered application(const Request& request, const outside::Environment& environment,
                     Scope wanted = Scope::everything);

}  // namespace drift::render
