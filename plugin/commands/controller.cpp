// `drift-policy controller --observe`: watches Applications, and prints what changes about their drift. It acts on nothing.
#include <memory>

#include "commands/applications.hpp"
#include "commands/command.hpp"
#include "controller/applications.hpp"
#include "controller/observer.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/kubernetes/feed.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct ControllerOptions {
  ApplicationsOptions applications;
  bool observe = false;
  std::string output = "text";
};

Exit observe(const ControllerOptions& options) {
  const auto path = controller::applications_in(namespace_of(options.applications));
  const auto too_old = stale_after(options.applications);
  outside::SystemClock clock;
  const auto connection = outside::read_connection(options.applications.connection, outside::environment());
  const auto kubernetes = outside::connect(connection, clock);
  const bool as_json = options.output == "jsonl";
  controller::Observer observer(*kubernetes, clock, too_old, [&](const controller::Notice& notice) {
    outside::print({as_json ? controller::json_line(notice) : controller::lines(notice)});
  });
  outside::connect_feed(connection, clock)->follow(path, options.applications.selector, observer);
  return Exit::ok;
}

}  // namespace

Action declare_controller(Arguments& app) {
  auto options = std::make_shared<ControllerOptions>();
  app.add_flag("--observe", options->observe,
               "Watch and report; this version can't act: it starts no sync, no rollback and no "
               "notification, and writes nothing to the cluster")
      .required();
  app.add_option("-o,--output", options->output, "The format of what is printed for each change")
      .one_of({"text", "jsonl"})
      .show_default();
  declare_applications(app, options->applications);
  return [options] { return observe(*options); };
}

}  // namespace drift::commands
