// `drift-policy gates`: what waits for people, for whom, and until when.
#include <spdlog/spdlog.h>

#include <memory>

#include "approval/table.hpp"
#include "commands/answering.hpp"
#include "commands/format.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct GatesOptions {
  std::string ns;
  bool all_spaces = false;
  std::string output = "table";
  outside::ConnectionOptions connection;
};

Exit list(const GatesOptions& options) {
  outside::SystemClock clock;
  const auto connection = outside::read_connection(options.connection, outside::environment());
  auto ns = options.ns.empty() ? connection.ns : options.ns;
  if (options.all_spaces) ns.clear();
  if (ns.empty() && !options.all_spaces)
    throw InputError("it isn't known which namespace the hooks are in; expected --namespace, or -A");
  const auto kubernetes = outside::connect(connection, clock);
  auto gates = approval::list_gates(*kubernetes, ns);
  std::erase_if(gates, [](const approval::Gate& gate) { return !gate.waits(); });
  if (options.output != "table") {
    outside::print({in_format(approval::json(gates, clock.now()), options.output)});
  } else if (gates.empty()) {
    spdlog::info("nothing waits in {}", ns.empty() ? "any namespace" : ns);
  } else {
    outside::print({approval::table(gates, clock.now())});
  }
  return Exit::ok;
}

}  // namespace

Action declare_gates(Arguments& app) {
  auto options = std::make_shared<GatesOptions>();
  declare_cluster(app, options->connection, options->ns);
  app.add_flag("--all-namespaces,-A", options->all_spaces, "Of all namespaces");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"table", "json", "yaml"})
      .show_default();
  return [options] { return list(*options); };
}

}  // namespace drift::commands
