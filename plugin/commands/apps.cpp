// `drift-policy apps`: how far the Applications of an Argo CD are, and which have no gate.
#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "commands/applications.hpp"
#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/format.hpp"
#include "controller/adoption.hpp"
#include "controller/applications.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct AppsOptions {
  WhichApplications which;
  bool without_gate = false;
  std::string output = "table";
};

std::vector<controller::Adoption> found(const AppsOptions& options) {
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.which.connection, outside::environment(), clock);
  std::vector<controller::Adoption> all;
  controller::for_each_application(*kubernetes, namespace_of(options.which), options.which.selector,
                                   [&](const auto& application) {
                                     auto one = controller::adoption_of(application);
                                     if (!options.without_gate || !one.why.empty())
                                       all.push_back(std::move(one));
                                   });
  sort(all);
  return all;
}

Exit list(const AppsOptions& options) {
  const auto all = found(options);
  if (options.output == "json" || options.output == "yaml")
    outside::print({in_format(controller::adoption_json(all), options.output)});
  else
    outside::print(
        {options.output == "name" ? controller::adoption_names(all) : controller::adoption_table(all)});
  if (all.empty() && options.output == "table")
    spdlog::info(options.without_gate ? "each Application has a gate" : "there is no Application");
  return Exit::ok;
}

}  // namespace

Action declare_apps(Arguments& app) {
  auto options = std::make_shared<AppsOptions>();
  declare_which(app, options->which);
  app.add_flag("--without-gate", options->without_gate, "Only those with something in the column WHY");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"table", "json", "yaml", "name"})
      .show_default();
  declare_connection(app, options->which.connection);
  return [options] { return list(*options); };
}

}  // namespace drift::commands
