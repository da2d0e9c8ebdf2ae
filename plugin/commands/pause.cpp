// `drift-policy pause` and `resume`: for a time the controller starts no sync of an application, or of any.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "approval/answer.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/table.hpp"
#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/duration_option.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"
#include "store/pauses.hpp"

namespace drift::commands {
namespace {

constexpr std::chrono::hours longest_pause{24 * 90};

struct PauseOptions {
  std::string application;
  bool all = false;
  bool list = false;
  std::string length, reason;
  std::string ns = "drift-policy";
  std::string argocd_ns = "argocd";
  outside::ConnectionOptions connection;
};

// `web`, or with the Application's namespace `team/web`.
std::string key_of(const PauseOptions& options) {
  if (options.all == !options.application.empty())
    throw InputError("expected the name of an Application, or --all");
  if (options.all) return api::pause_all;
  const auto slash = options.application.find('/');
  if (slash == std::string::npos) return api::pause_key(options.argocd_ns, options.application);
  return api::pause_key(options.application.substr(0, slash), options.application.substr(slash + 1));
}

std::string shown(const std::string& key) {
  if (key == api::pause_all) return "all applications";
  const auto at = key.find('_');
  return printable(key.substr(0, at) + "/" + key.substr(at == std::string::npos ? key.size() : at + 1), 300);
}

std::string checked_reason(const PauseOptions& options) {
  if (options.reason.empty() || options.reason.size() > api::longest_pause_reason)
    throw InputError(
        fmt::format("--reason: expected 1 to {} bytes: why, in a sentence", api::longest_pause_reason));
  return options.reason;
}

void print_list(store::Pauses& pauses, Time now) {
  std::vector<std::vector<std::string>> rows = {{"APPLICATION", "UNTIL", "BY", "REASON"}};
  for (const auto& [key, pause] : pauses.list())
    if (pause.until > now)
      rows.push_back({shown(key), time_text(pause.until), printable(pause.by, 120),
                      printable(pause.reason, api::longest_pause_reason)});
  if (rows.size() == 1)
    spdlog::info("nothing is paused");
  else
    outside::print({drift::table(rows)});
}

Exit pause(const PauseOptions& options) {
  const auto key = options.list ? std::string() : key_of(options);
  api::Pause pause;
  std::chrono::seconds length{0};
  if (!options.list) {
    length = seconds_of("--for", options.length, {std::chrono::seconds(1), longest_pause},
                        "a duration of at most 2160h, such as 2h");
    pause.reason = checked_reason(options);
  }
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.connection, outside::environment(), clock);
  store::Pauses pauses(*kubernetes, options.ns);
  if (options.list) {
    print_list(pauses, clock.now());
    return Exit::ok;
  }
  pause.until = clock.now() + length;
  pause.by = approval::who_am_i(*kubernetes);
  pauses.set(key, pause);
  outside::print(
      {fmt::format("{}: the controller starts no sync until {}\n", shown(key), time_text(pause.until))});
  return Exit::ok;
}

Exit resume(const PauseOptions& options) {
  const auto key = key_of(options);
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.connection, outside::environment(), clock);
  const bool was = store::Pauses(*kubernetes, options.ns).clear(key);
  outside::print({fmt::format("{} {}\n", shown(key), was ? "goes on" : "wasn't paused")});
  return Exit::ok;
}

void declare_common(Arguments& app, PauseOptions& options) {
  app.add_option("application", options.application, "An Application: NAME, or NAMESPACE/NAME");
  app.add_flag("--all", options.all, "All applications");
  app.add_option("--namespace,-n", options.ns, "The platform's namespace, where pauses are kept")
      .show_default();
  app.add_option("--argocd-namespace", options.argocd_ns, "Argo CD's namespace, of a NAME alone")
      .show_default();
  declare_connection(app, options.connection);
}

}  // namespace

Action declare_pause(Arguments& app) {
  auto options = std::make_shared<PauseOptions>();
  app.add_option("--for", options->length, "How long; it ends by itself").type_name("DURATION");
  app.add_option("--reason,-r", options->reason, "Why, in a sentence; incidents show it");
  app.add_flag("--list", options->list, "Show what is paused, and pause nothing");
  declare_common(app, *options);
  return [options] { return pause(*options); };
}

Action declare_resume(Arguments& app) {
  auto options = std::make_shared<PauseOptions>();
  declare_common(app, *options);
  return [options] { return resume(*options); };
}

}  // namespace drift::commands
