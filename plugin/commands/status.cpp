// `drift-policy status`: which Applications are gated, compared and drifted, and what is wrong with them, at this moment.
#include <spdlog/spdlog.h>

#include <memory>

#include "commands/applications.hpp"
#include "commands/command.hpp"
#include "commands/format.hpp"
#include "controller/applications.hpp"
#include "controller/listing.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct StatusOptions {
  ApplicationsOptions applications;
  std::string output = "table";
};

Exit show(const StatusOptions& options) {
  const auto ns = namespace_of(options.applications);
  const auto too_old = stale_after(options.applications);
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.applications.connection, outside::environment(), clock);
  const auto all =
      controller::judge_all(*kubernetes, ns, options.applications.selector, clock.now(), too_old);
  if (options.output != "table") {
    outside::print({in_format(controller::json(all), options.output)});
  } else if (all.empty()) {
    spdlog::info("no Application in {} has the labels {}", ns.empty() ? "any namespace" : ns,
                 options.applications.selector);
  } else {
    outside::print({controller::table(all)});
  }
  return Exit::ok;
}

}  // namespace

Action declare_status(Arguments& app) {
  auto options = std::make_shared<StatusOptions>();
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"table", "json", "yaml"})
      .show_default();
  declare_applications(app, options->applications);
  return [options] { return show(*options); };
}

}  // namespace drift::commands
