// `drift-policy explain`: for an object each rule, matched or the clause that failed, and the edits that follow.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "commands/rendering.hpp"
#include "output/colour.hpp"
#include "outside/terminal.hpp"
#include "policy/decide.hpp"
#include "printable.hpp"

namespace drift::commands {
namespace {

struct ExplainOptions {
  RenderingOptions rendering;
  std::string object;  // KIND/NAME or KIND/NAMESPACE/NAME; empty: all
};

bool is_asked_for(const std::string& wanted, const manifest::Manifest& manifest) {
  return wanted.empty() || wanted == manifest.display() ||
         wanted == fmt::format("{}/{}", manifest.kind, manifest.name);
}

class Page {
 public:
  Page(const Rendered& rendered, bool colour) : rendered_(rendered), colour_(colour) {}

  void add(std::size_t object) {
    const auto& manifest = rendered_.manifests->objects()[object];
    const auto& verdict = rendered_.verdicts[object];
    const auto& severities = rendered_.policies.severities;
    const auto place = manifest.place();
    line(output::in_colour(manifest.display(), output::bold, colour_) +
         fmt::format("  ({}:{}:{})", printable(place.file), place.line, place.column));
    line(fmt::format("  severity {}, by {}", severities[verdict.severity].name, verdict.rule));
    if (verdict.demands != verdict.severity)
      line(fmt::format("  the demands of {} stay", severities[verdict.demands].name));
    add_rules(object);
    add_changes(object);
  }

  const std::string& text() const { return text_; }

 private:
  void line(const std::string& text) { text_.append(text).append("\n"); }

  void add_rules(std::size_t object) {
    line("  rules:");
    for (const auto& trace :
         policy::explain(rendered_.policies, *rendered_.manifests, object, {rendered_.application.space})) {
      const auto mark = trace.matched ? output::in_colour("matched", output::green, colour_) : "no match";
      line(fmt::format("    {}/{}: {}: {}", trace.policy, trace.rule, mark, printable(trace.clause)));
    }
  }

  void add_changes(std::size_t object) {
    for (const auto& change : rendered_.changes) {
      if (change.object != object) continue;
      line("  written:");
      add_keys("annotation", change.annotations);
      add_keys("label", change.labels);
    }
  }

  void add_keys(const char* what, const manifest::KeyChanges& keys) {
    for (const auto& [key, value] : keys) {
      const auto text = printable(value ? fmt::format("+ {} {}: {}", what, key, *value)
                                        : fmt::format("- {} {}", what, key));
      line("    " + output::in_colour(text, value ? output::green : output::red, colour_));
    }
  }

  const Rendered& rendered_;
  bool colour_;
  std::string text_;
};

Exit run(const ExplainOptions& options) {
  const auto environment = outside::environment();
  // Without hooks: what they can't do, such as store a plan that is too large, is no reason not to explain.
  const Rendered rendered = render_application(options.rendering, environment, Wanted::changes);
  if (rendered.policies.none) throw InputError("there is no policy to explain; expected one with --policy");
  Page page(rendered, outside::coloured(outside::Colour::automatic, STDOUT_FILENO, environment));
  const auto& objects = rendered.manifests->objects();
  for (std::size_t i = 0; i < objects.size(); ++i)
    if (is_asked_for(options.object, objects[i]) && !rendered.injected[i]) page.add(i);
  if (page.text().empty()) {
    std::vector<Finding> lines{{{}, fmt::format("there is no {} in it; expected one of", options.object)}};
    for (const auto& manifest : objects) lines.push_back({{}, "  " + manifest.display()});
    throw InputError(lines);
  }
  outside::print({page.text()});
  return Exit::ok;
}

}  // namespace

Action declare_explain(Arguments& app) {
  auto options = std::make_shared<ExplainOptions>();
  add_rendering_options(app, options->rendering);
  app.add_option("object", options->object, "The object: KIND/NAME or KIND/NAMESPACE/NAME (default: all)")
      .type_name("KIND/NAME");
  return [options] { return run(*options); };
}

}  // namespace drift::commands
