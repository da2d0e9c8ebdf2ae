// `drift-policy gates [show APPLICATION]`: what waits for people, for whom, and until when; and all of one gate.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "approval/table.hpp"
#include "approval/view.hpp"
#include "approval/watcher.hpp"
#include "commands/command.hpp"
#include "commands/format.hpp"
#include "commands/place.hpp"
#include "commands/suggestions.hpp"
#include "outside/kubernetes/feed.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"
#include "store/config_map.hpp"

namespace drift::commands {
namespace {

struct GatesOptions {
  PlaceOptions place;
  std::string output = "table";
  bool show = false, watch = false;
  approval::GateQuery shown;
};

Exit list(const GatesOptions& options) {
  outside::SystemClock clock;
  const auto place = place_of(options.place, approval::jobs_in(""), clock);
  const auto& ns = place.ns;
  auto gates = approval::list_gates(*place.kubernetes, ns);
  std::erase_if(gates, [](const approval::Gate& gate) { return !gate.waits(); });
  if (options.output == "json" || options.output == "yaml") {
    outside::print({in_format(approval::json(gates, clock.now()), options.output)});
  } else if (gates.empty()) {
    spdlog::info("nothing waits in {}", ns.empty() ? "any namespace" : ns);
  } else {
    outside::print({approval::table(gates, clock.now(), options.output == "wide")});
  }
  return Exit::ok;
}

// Until somebody ends it, as `kubectl get --watch` does.
Exit follow(const GatesOptions& options) {
  outside::SystemClock clock;
  const auto place = place_of(options.place, approval::jobs_in(""), clock);
  const bool wide = options.output == "wide";
  const bool rows = wide || options.output == "table";
  bool begun = false;
  const auto tell = [&](const std::vector<approval::Gate>& waiting, const approval::Gate& gate) {
    const auto now = clock.now();
    if (!rows)
      outside::print(
          {options.output == "yaml" ? "---\n" : "", in_format(approval::json_of(gate, now), options.output)});
    else if (!std::exchange(begun, true))
      outside::print({approval::table({gate}, now, wide)});
    else
      outside::print({approval::row(waiting, gate, now, wide)});
  };
  approval::Watcher watcher(tell, [](const std::string& what) { spdlog::warn("{}; trying again", what); });
  outside::connect_feed(place.connection, clock)
      ->follow(approval::jobs_in(place.ns), store::component_selector("gate"), watcher);
  return Exit::ok;
}

Exit show(const GatesOptions& options) {
  outside::SystemClock clock;
  const auto place = place_of(options.place, approval::jobs_in(""), clock);
  auto wanted = options.shown;
  wanted.ns = place.ns;
  const auto gate = approval::find_waiting(*place.kubernetes, wanted);
  const bool colour = outside::coloured(outside::Colour::automatic, STDOUT_FILENO, outside::environment());
  outside::print({approval::view(*place.kubernetes, gate, clock.now(), colour).text});
  return Exit::ok;
}

void declare_show(Arguments& app, GatesOptions& options) {
  auto sub = app.add_optional_subcommand(
      "show", "Show what drifted, what is asked and what each answer does; nothing is answered",
      [&options] { options.show = true; });
  sub.add_option("application", options.shown.application, "The application, as Argo CD calls it")
      .required()
      .type_name("APPLICATION")
      .completed_by([&](const std::string&) {
        return waiting_applications(options.place.connection, options.place.ns);
      });
  sub.add_option("--drift", options.shown.drift,
                 "The drift, or at least its first eight digits, where an application has several gates");
  sub.add_option("--gate", options.shown.job, "The gate's Job, where an application has several")
      .type_name("JOB")
      .completed_by([&](const std::string&) {
        return waiting_jobs(options.place.connection, options.place.ns, options.shown.application);
      });
  declare_place(sub, options.place);
}

}  // namespace

Action declare_gates(Arguments& app) {
  auto options = std::make_shared<GatesOptions>();
  declare_place(app, options->place);
  app.add_option("-o,--output", options->output,
                 "The format; wide has the whole drift, and when more people are told if the controller "
                 "started the sync")
      .one_of({"table", "wide", "json", "yaml"})
      .show_default();
  app.add_flag("--watch,-w", options->watch,
               "List what waits, and then each change of it, until it is interrupted");
  declare_show(app, *options);
  return [options] {
    if (options->show) return show(*options);
    return options->watch ? follow(*options) : list(*options);
  };
}

}  // namespace drift::commands
