// `drift-policy diff [PATH|APPLICATION]`: what differs in the cluster now, by the gate's own comparison, and what a sync would do.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "approval/find.hpp"
#include "approval/reports.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "commands/format.hpp"
#include "commands/place.hpp"
#include "commands/rendering.hpp"
#include "commands/suggestions.hpp"
#include "gate/preview.hpp"
#include "outside/random.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"
#include "report/page.hpp"
#include "store/bases.hpp"
#include "store/plan.hpp"

namespace drift::commands {
namespace {

constexpr std::size_t longest_name = 300;

struct DiffOptions {
  render::Request rendering;
  PlaceOptions place;
  std::string source;
  std::string output = "text";
};

// One source of an application, and what its gate would find.
struct Found {
  store::BasePlace place;
  gate::Preview preview;
};

bool is_path(const std::string& text) {
  std::error_code error;
  return text == "-" || std::filesystem::exists(text, error);
}

// What PATH would want. The application's name, --app-name or the folder's, says whose last success it is compared with.
api::Plan rendered_plan(const render::Request& request, std::string& application) {
  const auto rendered = render::application(request, outside::environment());
  auto plan = plan_of(rendered);
  if (rendered.application.ns.empty())
    throw InputError("the namespace that its objects are deployed to isn't known; expected --app-namespace");
  application = rendered.application.name;
  return plan;
}

// What the last sync wanted.
api::Plan synced_plan(const store::Run& run) {
  const auto name = run.names.plan();
  const auto object = run.kubernetes.get(run.config_map(name));
  if (!object)
    throw InputError(fmt::format(
        "the plan of the last sync, ConfigMap {}/{}, is not there; expected it, or a folder to render",
        printable(run.ns, longest_name), printable(name, longest_name)));
  return store::read_own_plan(*object, run);
}

std::vector<store::BasePlace> places_of(const Place& place, const DiffOptions& options,
                                        const std::string& application, bool one) {
  auto all = store::bases_of(*place.kubernetes, place.ns, application);
  if (!options.source.empty())
    std::erase_if(all, [&](const store::BasePlace& base) { return base.source != options.source; });
  const auto shown = printable(application, longest_name);
  const auto where = place.ns.empty() ? "any namespace" : "namespace " + printable(place.ns, longest_name);
  if (all.empty())
    throw InputError(
        fmt::format("no sync of {} has succeeded through its gate, as far as {} shows; expected an "
                    "Application whose last success is known",
                    shown, where));
  if (one && all.size() > 1) {
    std::string sources;
    for (const auto& base : all)
      sources += (sources.empty() ? "" : ", ") + printable(base.source, longest_name);
    throw InputError(fmt::format("{} has several sources: {}; expected one by --source", shown, sources));
  }
  return all;
}

void print_page(const Found& found, bool several) {
  const bool colour = outside::coloured(outside::Colour::automatic, STDOUT_FILENO, outside::environment());
  const auto next = gate::what_would_follow(found.preview);
  const auto head =
      several ? fmt::format("Source {}\n", printable(found.place.source, longest_name)) : std::string();
  report::PageOptions page;
  page.colour = colour;
  page.next = next;
  outside::print({head, report::page(found.preview.report, page)});
}

std::string as_json(const std::vector<Found>& all, const std::string& application, Time now) {
  std::vector<approval::PastReport> reports;
  reports.reserve(all.size());
  for (const auto& [place, preview] : all)
    reports.push_back(
        {{place.ns, place.source, application, preview.report, {}, now}, preview.decision, false});
  return approval::json(reports);
}

Exit diff(const DiffOptions& options) {
  std::optional<api::Plan> plan;
  std::string application = options.rendering.path;
  if (is_path(options.rendering.path)) plan = rendered_plan(options.rendering, application);
  application = approval::plugin_name(application);
  outside::SystemClock clock;
  const auto place = place_of(options.place, {"", "v1", "configmaps", "", "", ""}, clock);
  const audit::KeyRing no_keys;
  std::vector<Found> all;
  bool drifted = false;
  for (auto& base : places_of(place, options, application, plan.has_value())) {
    const store::Run run{*place.kubernetes,
                         clock,
                         outside::random_bytes,
                         no_keys,
                         base.ns,
                         application,
                         api::Names::with_prefix(base.source),
                         {},
                         {}};
    all.push_back({std::move(base), gate::preview(run, plan ? *plan : synced_plan(run))});
    drifted = drifted || all.back().preview.report.drifted();
  }
  if (options.output == "text")
    for (const auto& found : all) print_page(found, all.size() > 1);
  else
    outside::print({in_format(as_json(all, application, clock.now()), options.output)});
  return drifted ? Exit::refused : Exit::ok;
}

}  // namespace

Action declare_diff(Arguments& app) {
  auto options = std::make_shared<DiffOptions>();
  add_rendering_options(app, options->rendering);
  app.add_option("--source", options->source,
                 "Of an application with several sources one: what the names of its hooks begin with")
      .type_name("NAME");
  declare_place(app, options->place);
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml"})
      .show_default();
  return [options] { return diff(*options); };
}

}  // namespace drift::commands
