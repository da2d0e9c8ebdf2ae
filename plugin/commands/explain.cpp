// `drift-policy explain`: what happens when an object drifts and which rule decided it; with --all each rule, matched or the clause
// that failed, and the edits that follow.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <vector>

#include "commands/format.hpp"
#include "commands/pager_option.hpp"
#include "commands/rendering.hpp"
#include "commands/suggestions.hpp"
#include "outside/pager.hpp"
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
  outside::Paging paging;
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

// For a shell that completes a line: nothing is read from its terminal, and helm and kustomize get little time.
std::optional<render::Rendered> rendered_quickly(const ExplainOptions& options) {
  auto request = options.rendering;
  if (request.path == "-") return std::nullopt;
  request.source.exec_timeout = quick_seconds;
  return render::application(request, outside::environment(), render::Scope::changes);
}

std::string severity_of(const render::Rendered& rendered, std::size_t object) {
  if (rendered.policies.none) return {};
  return rendered.policies.severities[rendered.verdicts[object].severity].name;
}

Candidates objects_named(const ExplainOptions& options, const std::string& begun) {
  Candidates candidates;
  const auto rendered = rendered_quickly(options);
  if (!rendered) return candidates;
  const auto& objects = rendered->manifests->objects();
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (rendered->injected[i] || (!options.ns.empty() && !is_in(options.ns, objects[i], *rendered))) continue;
    auto name = render::completed_name(begun, objects[i], rendered->policies.kinds);
    if (!name.empty()) candidates.push_back({std::move(name), severity_of(*rendered, i)});
  }
  return candidates;
}

Candidates namespaces_in(const ExplainOptions& options) {
  Candidates candidates;
  const auto rendered = rendered_quickly(options);
  if (!rendered) return candidates;
  for (const auto& manifest : rendered->manifests->objects())
    if (!manifest.ns.empty()) candidates.push_back({std::string(manifest.ns), {}});
  if (!rendered->application.ns.empty()) candidates.push_back({rendered->application.ns, {}});
  return candidates;
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
    outside::show(as_table ? render::explanation_table(rendered, objects, colour)
                           : render::explanation_page(rendered, objects, {colour, options.all}),
                  options.paging, environment);
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
      .type_name("KIND/NAME")
      .completed_by([at = options.get()](const std::string& begun) { return objects_named(*at, begun); });
  app.add_option("--namespace,-n", options->ns, "Only objects of this namespace")
      .type_name("NAMESPACE")
      .completed_by([at = options.get()](const std::string&) { return namespaces_in(*at); });
  app.add_flag("--all", options->all, "Also each rule, matched or why not, and what is written");
  add_pager_option(app, options->paging);
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml"})
      .show_default();
  return [options] { return run(*options); };
}

}  // namespace drift::commands
