// `drift-policy explain`: for an object each rule, matched or the clause that failed, and the edits that follow.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "commands/format.hpp"
#include "commands/rendering.hpp"
#include "outside/terminal.hpp"
#include "render/explanation.hpp"

namespace drift::commands {
namespace {

struct ExplainOptions {
  render::Request rendering;
  std::string object;  // KIND/NAME or KIND/NAMESPACE/NAME; empty: all
  std::string output = "text";
};

bool is_asked_for(const std::string& wanted, const manifest::Manifest& manifest) {
  return wanted.empty() || wanted == manifest.display() ||
         wanted == fmt::format("{}/{}", manifest.kind, manifest.name);
}

std::vector<std::size_t> objects_asked_for(const ExplainOptions& options, const render::Rendered& rendered) {
  const auto& objects = rendered.manifests->objects();
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < objects.size(); ++i)
    if (is_asked_for(options.object, objects[i]) && !rendered.injected[i]) found.push_back(i);
  if (!found.empty()) return found;
  std::vector<Finding> lines{{{}, fmt::format("there is no {} in it; expected one of", options.object)}};
  for (const auto& manifest : objects) lines.push_back({{}, "  " + manifest.display()});
  throw InputError(lines);
}

Exit run(const ExplainOptions& options) {
  const auto environment = outside::environment();
  // Without hooks: what they can't do, such as store a plan that is too large, is no reason not to explain.
  const render::Rendered rendered =
      render::application(options.rendering, environment, render::Scope::changes);
  if (rendered.policies.none) throw InputError("there is no policy to explain; expected one with --policy");
  const auto objects = objects_asked_for(options, rendered);
  if (options.output == "text") {
    const bool colour = outside::coloured(outside::Colour::automatic, STDOUT_FILENO, environment);
    outside::print({render::explanation_page(rendered, objects, colour)});
  } else {
    outside::print({in_format(render::explanation_json(rendered, objects), options.output)});
  }
  return Exit::ok;
}

}  // namespace

Action declare_explain(Arguments& app) {
  auto options = std::make_shared<ExplainOptions>();
  add_rendering_options(app, options->rendering);
  app.add_option("object", options->object, "The object: KIND/NAME or KIND/NAMESPACE/NAME (default: all)")
      .type_name("KIND/NAME");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml"})
      .show_default();
  return [options] { return run(*options); };
}

}  // namespace drift::commands
