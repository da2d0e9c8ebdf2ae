// `drift-policy render`: what Argo CD's `generate` calls, and a person's preview.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>

#include "annotators/hooks/hooks.hpp"
#include "base/colour.hpp"
#include "commands/pager_option.hpp"
#include "commands/plan_diff.hpp"
#include "commands/rendering.hpp"
#include "outside/pager.hpp"
#include "outside/terminal.hpp"
#include "outside/writing.hpp"
#include "render/diff.hpp"
#include "render/json.hpp"
#include "render/summary.hpp"

namespace drift::commands {
namespace {

struct RenderOptions {
  render::Request rendering;
  std::string output;
  std::string plan, plan_diff;
  bool diff = false;
  bool hooks = false;
  bool quiet = false;
  std::string colour = "auto";
  outside::Paging paging;
};

void print_yaml(const manifest::Rendering& rendering, bool colour) {
  std::vector<std::string_view> pieces;
  for (const auto& segment : rendering.segments()) {
    if (segment.origin == manifest::Origin::removed) continue;
    const bool mark = colour && segment.origin == manifest::Origin::inserted;
    if (mark) pieces.push_back(green);
    pieces.push_back(segment.text);
    if (mark) pieces.push_back(plain);
  }
  outside::print(pieces);
}

outside::Colour wish(const std::string& when) {
  if (when == "auto") return outside::Colour::automatic;
  return when == "always" ? outside::Colour::always : outside::Colour::never;
}

bool is_colour(const RenderOptions& options, const outside::Environment& environment) {
  return outside::coloured(wish(options.colour), STDOUT_FILENO, environment);
}

void print(const RenderOptions& options, const render::Rendered& rendered,
           const outside::Environment& environment) {
  const bool colour = is_colour(options, environment);
  if (options.diff) {
    render::DiffOptions shown{.colour = colour, .hooks = options.hooks};
    if (const auto columns = outside::columns(STDOUT_FILENO)) shown.width = *columns;
    return outside::show(render::diff(rendered, shown), options.paging, environment);
  }
  if (options.output == "json") return outside::print({render::json_list(*rendered.output)});
  if (options.output == "jsonl") return outside::print({render::json_lines(*rendered.output)});
  print_yaml(*rendered.output, colour);
}

// Before anything is rendered: standard output has the manifests, and Argo CD would apply a plan among them.
void check_plan_file(const std::string& file) {
  if (file == "-" || outside::is_standard_output(file))
    throw InputError(
        fmt::format("--plan {}: standard output has the manifests; expected another file", file));
}

void write_plan(const std::string& file, const render::Rendered& rendered) {
  if (rendered.policies.none)
    throw InputError("there is no plan without a policy; expected one with --policy");
  outside::write_file(file, annotators::plan(render::input_of(rendered)));
}

// Manifests and what a commit changes have forms of their own; only JSON and YAML are both's.
void check_output(const RenderOptions& options) {
  const bool of_diff = options.output == "text" || options.output == "markdown";
  if (options.plan_diff.empty() && of_diff)
    throw InputError(fmt::format("-o {} is for --plan-diff; expected yaml, json or jsonl", options.output));
  if (!options.plan_diff.empty() && options.output == "jsonl")
    throw InputError("-o jsonl is for manifests; expected text, markdown, json or yaml with --plan-diff");
}

Exit run(const RenderOptions& options) {
  check_output(options);
  if (!options.plan.empty()) check_plan_file(options.plan);
  const auto environment = outside::environment();
  if (!options.plan_diff.empty()) {
    print_plan_diff({options.rendering, options.plan_diff, options.output, is_colour(options, environment),
                     options.paging},
                    environment);
    return Exit::ok;
  }
  const render::Rendered rendered = render::application(options.rendering, environment);
  if (!options.plan.empty()) write_plan(options.plan, rendered);
  print(options, rendered, environment);
  if (!options.quiet) {
    auto summary = render::summary(rendered);
    summary.pop_back();  // the end of its last line
    spdlog::info("{}", summary);
  }
  return Exit::ok;
}

}  // namespace

Action declare_render(Arguments& app) {
  auto options = std::make_shared<RenderOptions>();
  add_rendering_options(app, options->rendering);
  auto output =
      app.add_option("-o,--output", options->output,
                     "How objects are printed: yaml (default), json or jsonl; with --plan-diff text "
                     "(default), markdown, json or yaml")
          .one_of({"yaml", "json", "jsonl", "text", "markdown"});
  auto diff = app.add_flag("--diff", options->diff, "Show only what is added, as a diff").excludes(output);
  app.add_flag("--hooks", options->hooks, "With --diff: show all of what is injected, too").needs(diff);
  add_pager_option(app, options->paging);
  auto plan =
      app.add_option("--plan", options->plan, "Also write the plan, all verdicts as JSON, to this file")
          .type_name("FILE");
  app.add_option("--plan-diff", options->plan_diff,
                 "Show what changes against this folder, or this file of --plan, and who is asked about it")
      .type_name("PATH")
      .excludes(diff)
      .excludes(plan);
  app.add_flag("-q,--quiet", options->quiet, "No summary on standard error");
  app.add_option("--color", options->colour, "Colour what was added")
      .one_of({"auto", "always", "never"})
      .show_default();
  return [options] { return run(*options); };
}

}  // namespace drift::commands
