// `drift-policy incidents [ID]`: what the controller has seen drift and what it did about it.
#include "store/incidents.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/suggest.hpp"
#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/format.hpp"
#include "controller/incident_listing.hpp"
#include "json/canonical.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct IncidentsOptions {
  std::string id;
  std::string ns = "drift-policy";
  std::string application;
  bool all = false;
  std::string output = "table";
  outside::ConnectionOptions connection;
};

// `web`, or with the namespace of the Application: `argocd/web`.
bool is_of(const api::Incident& incident, const std::string& application) {
  return application.empty() || incident.application == application || api::display(incident) == application;
}

std::vector<api::Incident> wanted(outside::Kubernetes& kubernetes, const IncidentsOptions& options) {
  std::vector<api::Incident> all;
  for (auto& stored : store::Incidents(kubernetes, options.ns).list()) {
    auto& incident = stored.incident;
    const bool by_id = !options.id.empty() && incident.id == options.id;
    const bool listed = options.id.empty() && is_of(incident, options.application) &&
                        (options.all || !api::is_over(incident.state));
    if (by_id || listed) all.push_back(std::move(incident));
  }
  if (!options.id.empty() && all.empty())
    throw InputError(fmt::format("there is no incident {} in {}; `drift-policy incidents --all` lists them",
                                 in_quotes(options.id), options.ns));
  return all;
}

Exit show(const IncidentsOptions& options) {
  outside::SystemClock clock;
  const auto connection = outside::read_connection(options.connection, outside::environment());
  const auto kubernetes = outside::connect(connection, clock);
  const auto all = wanted(*kubernetes, options);
  if (options.output != "table") {
    outside::print({in_format(
        options.id.empty() ? json_lines(all, api::incident_json) : api::incident_json(all.front()) + "\n",
        options.output)});
  } else if (!options.id.empty()) {
    outside::print({controller::details(all.front())});
  } else if (all.empty()) {
    spdlog::info("no incident{} in {}", options.all ? "" : " is open", options.ns);
  } else {
    outside::print({controller::table(all, clock.now())});
  }
  return Exit::ok;
}

}  // namespace

Action declare_incidents(Arguments& app) {
  auto options = std::make_shared<IncidentsOptions>();
  app.add_option("id", options->id, "Show all of this incident");
  app.add_option("--namespace,-n", options->ns, "The platform's namespace, where incidents are kept")
      .show_default();
  app.add_option("--application", options->application, "Only of this Application: NAME, or NAMESPACE/NAME")
      .type_name("NAME");
  app.add_flag("--all,-a", options->all, "Those that are over, too");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"table", "json", "yaml"})
      .show_default();
  declare_connection(app, options->connection);
  return [options] { return show(*options); };
}

}  // namespace drift::commands
