// `drift-policy reports [APPLICATION]`: what gates have found, and what an enforcing policy would do about it.
#include "approval/reports.hpp"

#include <spdlog/spdlog.h>

#include <memory>

#include "base/text.hpp"
#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/format.hpp"
#include "commands/place.hpp"
#include "commands/time_option.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct ReportsOptions {
  PlaceOptions place;
  std::string application, since;
  std::string output = "table";
};

Exit list(const ReportsOptions& options) {
  outside::SystemClock clock;
  const auto since = time_of(options.since, "--since", clock);
  const auto place = place_of(options.place, {"", "v1", "configmaps", "", "", ""}, clock);
  const auto found =
      approval::past_reports(*place.kubernetes, {place.ns, options.application, since}, clock.now());
  if (found.unreadable > 0)
    spdlog::warn("{} can't be read by this version, and left out", quantity(found.unreadable, "report"));
  if (options.output != "table")
    outside::print({in_format(approval::json(found.all), options.output)});
  else if (found.all.empty())
    spdlog::info("no drift was found in {}", place.ns.empty() ? "any namespace" : place.ns);
  else
    outside::print({approval::table(found.all)});
  return Exit::ok;
}

}  // namespace

Action declare_reports(Arguments& app) {
  auto options = std::make_shared<ReportsOptions>();
  app.add_option("application", options->application, "Only of this application, as Argo CD calls it")
      .type_name("APPLICATION")
      .completed_by(
          [options = options.get()](const std::string&) { return applications(options->place.connection); });
  app.add_option("--since", options->since, "Found since then: 7d, 24h, or 2026-11-24T14:00:00Z")
      .type_name("TIME");
  declare_place(app, options->place);
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"table", "json", "yaml"})
      .show_default();
  return [options] { return list(*options); };
}

}  // namespace drift::commands
