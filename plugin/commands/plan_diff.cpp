#include "commands/plan_diff.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "commands/format.hpp"
#include "commands/rendering.hpp"
#include "gate/plan_diff.hpp"
#include "outside/file.hpp"
#include "outside/terminal.hpp"
#include "report/commit.hpp"

namespace drift::commands {
namespace {

constexpr std::size_t longest_path = 300, largest_plan = std::size_t{64} << 20;

bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder) {
  std::error_code error;
  const auto relative = std::filesystem::relative(path, folder, error);
  return !error && !relative.empty() && *relative.begin() != "..";
}

api::Plan saved_plan(const std::string& file) {
  try {
    return api::read_plan(outside::read_file(file, "the plan", largest_plan));
  } catch (const InputError& error) {
    throw InputError(
        fmt::format("--plan-diff {}: {}; expected a folder, or a plan that `render --plan` wrote",
                    printable(file, longest_path), error.what()));
  }
}

// Of an application that is new.
api::Plan nothing_before(const api::Plan& plan) {
  auto before = plan;
  before.objects.clear();
  return before;
}

// Of the same application, so its name is the other one's. It may lie in another working copy, whose root is then found anew.
api::Plan plan_before(const PlanDiffOptions& options, const render::Rendered& now, const api::Plan& plan,
                      const outside::Environment& environment) {
  std::error_code error;
  const auto status = std::filesystem::status(options.before, error);
  if (std::filesystem::is_regular_file(status)) return saved_plan(options.before);
  if (!std::filesystem::is_directory(status))
    throw InputError(
        fmt::format("--plan-diff {} isn't there; expected the folder as it is without the commit (`git "
                    "worktree add` makes one), an empty one where the application is new, or a plan that "
                    "`render --plan` wrote",
                    printable(options.before, longest_path)));
  if (std::filesystem::is_empty(options.before, error)) return nothing_before(plan);
  auto request = options.rendering;
  request.path = options.before;
  request.source.app_name = now.application.name;
  if (!is_below(options.before, request.source.repo_root)) request.source.repo_root.clear();
  return plan_of(render::application(request, environment));
}

}  // namespace

void print_plan_diff(const PlanDiffOptions& options, const outside::Environment& environment) {
  const auto now = render::application(options.rendering, environment);
  const auto plan = plan_of(now);
  const auto diff = gate::plan_diff(plan, plan_before(options, now, plan, environment));
  if (options.output == "json" || options.output == "yaml")
    return outside::print({in_format(gate::plan_diff_json(diff), options.output)});
  const auto next = gate::what_follows(diff);
  const report::Commit commit{diff.application, diff.found.changes, diff.found.unasked, next};
  if (options.output == "markdown") return outside::print({report::commit_markdown(commit)});
  outside::show(report::commit_text(commit, options.colour), options.paging, environment);
}

}  // namespace drift::commands
