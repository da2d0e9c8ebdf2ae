// `drift-policy status`: which Applications are gated, compared and drifted, and what is wrong with them, at this moment.
#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/applications.hpp"
#include "commands/command.hpp"
#include "commands/format.hpp"
#include "controller/applications.hpp"
#include "controller/asking.hpp"
#include "controller/comparison_listing.hpp"
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

// Of what has drifted, where somebody can be asked.
std::optional<controller::Comparison> comparison_of(const controller::Known& known, outside::ArgoCd* argocd,
                                                    outside::Clock& clock) {
  if (!argocd || known.judgement.state != controller::State::drifted || clock.stop_requested())
    return std::nullopt;
  return controller::ask(*argocd, known.summary, clock.now());
}

std::string json_of(const std::vector<controller::Known>& all, outside::ArgoCd* argocd,
                    outside::Clock& clock) {
  std::vector<JsonObject> list;
  for (const auto& known : all) {
    list.push_back(controller::known_json(known));
    if (const auto comparison = comparison_of(known, argocd, clock))
      list.back().json("comparison", controller::comparison_json(*comparison));
  }
  return controller::json(list);
}

Exit show(const StatusOptions& options) {
  const auto ns = namespace_of(options.applications);
  const auto too_old = stale_after(options.applications);
  outside::SystemClock clock;
  const auto argocd = argocd_of(options.applications, clock);
  const auto kubernetes = outside::connect(options.applications.connection, outside::environment(), clock);
  const auto all =
      controller::judge_all(*kubernetes, ns, options.applications.selector, clock.now(), too_old);
  if (options.output != "table") {
    outside::print({in_format(json_of(all, argocd.get(), clock), options.output)});
  } else if (all.empty()) {
    spdlog::info("no Application in {} has the labels {}", ns.empty() ? "any namespace" : ns,
                 options.applications.selector);
  } else {
    outside::print({controller::table(all)});
    for (const auto& known : all)
      if (const auto comparison = comparison_of(known, argocd.get(), clock))
        outside::print({"\n", controller::lines(clock.now(), known, *comparison)});
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
