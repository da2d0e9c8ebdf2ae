// `render --plan-diff OLD`: what a commit would change, and who would be asked about it.
#pragma once
#include <string>

#include "outside/environment.hpp"
#include "outside/pager.hpp"
#include "render/application.hpp"

namespace drift::commands {

struct PlanDiffOptions {
  render::Request rendering;  // with the commit
  std::string
      before;  // without it: a folder, empty where the application is new, or the file of `render --plan`
  std::string output;  // text, markdown, json or yaml
  bool colour = false;
  outside::Paging paging;
};

// Renders both and prints what differs. Throws as rendering does, and InputError where `before` is neither.
void print_plan_diff(const PlanDiffOptions& options, const outside::Environment& environment);

}  // namespace drift::commands
