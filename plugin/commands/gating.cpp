// `drift-policy observe` and `enforce`: puts Applications under the plugin that only reports, or behind their gates.
#include "controller/gating.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/duration_option.hpp"
#include "controller/applications.hpp"
#include "controller/repo_server.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

using controller::Gating;

struct GatingOptions {
  std::vector<std::string> applications;
  std::string ns = "argocd";
  std::string timeout = "5m";
  bool dry_run = false;
  outside::ConnectionOptions connection;
};

constexpr std::chrono::seconds poll{2};
constexpr int most_tries = 10;

// One Application, as it is now and as it shall be.
struct Gated {
  outside::ResourcePath path;
  std::string shown;
  controller::GatingChange change;
};

// `web`, or with the Application's namespace `team/web`.
outside::ResourcePath application_path(const std::string& given, const std::string& ns) {
  const auto slash = given.find('/');
  auto path = controller::applications_in(ns, given);
  if (slash != std::string::npos) {
    path.ns = given.substr(0, slash);
    path.name = given.substr(slash + 1);
  }
  if (path.ns.empty() || path.name.empty() || path.name.find('/') != std::string::npos)
    throw InputError(
        fmt::format("{}: expected an Application as NAME or NAMESPACE/NAME", printable(given, 300)));
  return path;
}

Gated look(outside::Kubernetes& kubernetes, const outside::ResourcePath& path, Gating gating) {
  const auto shown = printable(path.ns + "/" + path.name, 300);
  auto answer = kubernetes.get(path);
  if (!answer)
    throw InputError(
        fmt::format("there is no Application {}; expected one of `kubectl -n {} get applications`", shown,
                    printable(path.ns, 300)));
  const rapidjson::Document application = *std::move(answer);
  return {path, shown, controller::gating_change(application, gating)};
}

// What argocd-repo-server is now; nothing where this account may not look.
std::optional<rapidjson::Document> repo_server(outside::Kubernetes& kubernetes, const std::string& ns) {
  try {
    auto deployment = kubernetes.get({"apps", "v1", "deployments", ns, "argocd-repo-server", ""});
    if (deployment) return deployment;
  } catch (const outside::ApiError& error) {
    if (!error.leaves_it_open()) throw;
  }
  return std::nullopt;
}

// Waits until every repo-server has the plugin's sidecar: one that lacks it would say that there is no such plugin. Who may not look
// isn't kept from going on.
void await_sidecar(outside::Kubernetes& kubernetes, outside::Clock& clock, const GatingOptions& options,
                   const std::string& plugin) {
  const auto end = clock.now() + seconds_of("--timeout", options.timeout, {std::chrono::seconds(0)},
                                            "a duration such as 5m");
  for (bool told = false;; told = true) {
    const auto deployment = repo_server(kubernetes, options.ns);
    const auto where = printable(options.ns, 300);
    if (!deployment) {
      spdlog::warn("it isn't known whether argocd-repo-server in {} has the plugin {}", where, plugin);
      return;
    }
    if (!controller::container_of(*deployment, plugin))
      throw Refusal(
          fmt::format("argocd-repo-server in {} has no sidecar {}, so nothing would be rendered; install "
                      "it first: drift-policy generate install",
                      where, plugin));
    if (controller::is_rolled_out(*deployment)) return;
    if (clock.now() >= end || clock.stop_requested())
      throw OutsideError(fmt::format("argocd-repo-server in {} isn't rolled out after {}; look at its pods",
                                     where, options.timeout));
    if (!told) spdlog::info("waiting for the rollout of argocd-repo-server, up to {}", options.timeout);
    clock.wait(poll);
  }
}

// Nothing is changed where one of them can't be; all that stands in the way is said.
void refuse_obstacles(const std::vector<Gated>& all) {
  std::vector<std::string> obstacles;
  for (const auto& one : all)
    for (const auto& obstacle : one.change.obstacles)
      obstacles.push_back(fmt::format("{}: {}", one.shown, obstacle));
  if (obstacles.empty()) return;
  const auto last = std::move(obstacles.back());
  obstacles.pop_back();
  for (const auto& obstacle : obstacles) spdlog::error("{}", obstacle);
  throw Refusal(last);
}

std::vector<Gated> look_at_all(outside::Kubernetes& kubernetes,
                               const std::vector<outside::ResourcePath>& paths, Gating gating) {
  std::vector<Gated> all;
  all.reserve(paths.size());
  for (const auto& path : paths) all.push_back(look(kubernetes, path, gating));
  refuse_obstacles(all);
  return all;
}

// Argo CD writes Applications all the time, so one that was changed meanwhile is looked at anew. What was done then.
Gated change(outside::Kubernetes& kubernetes, const outside::ResourcePath& path, Gating gating) {
  for (int tries = 1;; ++tries) {
    auto all = look_at_all(kubernetes, {path}, gating);
    try {
      if (!all.front().change.steps.empty()) kubernetes.merge_patch(path, all.front().change.patch);
      return std::move(all.front());
    } catch (const outside::ApiError& error) {
      if (!error.conflict() || tries == most_tries) throw;
    }
  }
}

std::string told(const Gated& one, Gating gating, bool dry_run) {
  const auto* state = gating == Gating::enforce ? "enforced" : "observed";
  if (one.change.steps.empty()) return fmt::format("{}: is {} already\n", one.shown, state);
  auto text = fmt::format("{}: {}{}\n", one.shown, dry_run ? "would be " : "", state);
  for (const auto& step : one.change.steps) text += fmt::format("  {}\n", step);
  if (!dry_run) text += fmt::format("  Its gate runs at the next sync: argocd app sync {}\n", one.path.name);
  return text;
}

Exit run_gating(const GatingOptions& options, Gating gating) {
  std::vector<outside::ResourcePath> paths;
  paths.reserve(options.applications.size());
  for (const auto& given : options.applications) paths.push_back(application_path(given, options.ns));
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.connection, outside::environment(), clock);
  auto all = look_at_all(*kubernetes, paths, gating);
  if (!options.dry_run) await_sidecar(*kubernetes, clock, options, controller::plugin_of(gating));
  for (auto& one : all) {
    if (!options.dry_run) one = change(*kubernetes, one.path, gating);
    for (const auto& note : one.change.notes) spdlog::warn("{}: {}", one.shown, note);
    outside::print({told(one, gating, options.dry_run)});
  }
  return Exit::ok;
}

Action declare_gating(Arguments& app, Gating gating) {
  auto options = std::make_shared<GatingOptions>();
  app.add_option("application", options->applications, "Applications, each as NAME or NAMESPACE/NAME")
      .required();
  app.add_option("--namespace,-n", options->ns, "Argo CD's namespace, where it runs and of a NAME alone")
      .type_name("NAMESPACE")
      .show_default()
      .completed_by(
          [options = options.get()](const std::string&) { return namespaces(options->connection); });
  app.add_option("--timeout", options->timeout, "How long to wait for the rollout of argocd-repo-server")
      .type_name("DURATION")
      .show_default();
  app.add_flag("--dry-run", options->dry_run, "Change nothing, and say what would be changed");
  declare_connection(app, options->connection);
  return [options, gating] { return run_gating(*options, gating); };
}

}  // namespace

Action declare_observe(Arguments& app) {
  return declare_gating(app, Gating::observe);
}

Action declare_enforce(Arguments& app) {
  return declare_gating(app, Gating::enforce);
}

}  // namespace drift::commands
