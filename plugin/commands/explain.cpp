// `drift-policy explain`: what happens when an object drifts and which rule decided it; with --all each rule, matched or the clause
// that failed, and the edits that follow.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "commands/format.hpp"
#include "commands/rendering.hpp"
#include "outside/terminal.hpp"
#include "render/explanation.hpp"
#include "render/object_name.hpp"

namespace drift::commands {
namespace {

struct ExplainOptions {
  render::Request rendering;
  std::string object;  // KIND/NAME, KIND/NAMESPACE/NAME or NAME; empty: all
  std::string ns;      // only objects of this namespace; empty: of all
  bool all = false;
  std::string output = "text";
};

// What a manifest leaves out, Argo CD fills in. What has no namespace is in all, as for kubectl.
bool is_in(const std::string& ns, const manifest::Manifest& manifest, const render::Rendered& rendered) {
  if (kube::scope_of(manifest.group, manifest.kind, rendered.policies.kinds) == kube::Scope::cluster)
    return true;
  return (manifest.ns.empty() ? std::string_view(rendered.application.ns) : manifest.ns) == ns;
}

std::vector<std::size_t> objects_asked_for(const ExplainOptions& options, const render::Rendered& rendered) {
  const auto& objects = rendered.manifests->objects();
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const bool named =
        options.object.empty() || render::is_named(options.object, objects[i], rendered.policies.kinds);
    const bool placed = options.ns.empty() || is_in(options.ns, objects[i], rendered);
    if (named && placed && !rendered.injected[i]) found.push_back(i);
  }
  if (!found.empty()) return found;
  const auto where = options.ns.empty() ? "it" : fmt::format("namespace {} of it", options.ns);
  const auto what = options.object.empty() ? "object" : options.object;
  std::vector<Finding> lines{{{}, fmt::format("there is no {} in {}; expected one of", what, where)}};
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
    const bool as_table = options.object.empty() && !options.all && objects.size() > 1;
    outside::print({as_table ? render::explanation_table(rendered, objects, colour)
                             : render::explanation_page(rendered, objects, {colour, options.all})});
  } else {
    outside::print({in_format(render::explanation_json(rendered, objects), options.output)});
  }
  return Exit::ok;
}

}  // namespace

Action declare_explain(Arguments& app) {
  auto options = std::make_shared<ExplainOptions>();
  add_rendering_options(app, options->rendering);
  app.add_option("object", options->object,
                 "The object, as kubectl takes it: KIND/NAME or NAME (default: a table of all)")
      .type_name("KIND/NAME");
  app.add_option("--namespace,-n", options->ns, "Only objects of this namespace").type_name("NAMESPACE");
  app.add_flag("--all", options->all, "Also each rule, matched or why not, and what is written");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml"})
      .show_default();
  return [options] { return run(*options); };
}

}  // namespace drift::commands
