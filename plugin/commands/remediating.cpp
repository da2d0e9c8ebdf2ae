#include "commands/remediating.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "commands/duration_option.hpp"
#include "outside/environment.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/random.hpp"

namespace drift::commands {
namespace {

constexpr const char* lease_name = "drift-policy-controller";
constexpr std::chrono::milliseconds between_looks{200};

using Steady = std::chrono::steady_clock;

// Of a pod its name is HOSTNAME; no two processes have the same.
std::string identity() {
  return fmt::format("{}_{}", outside::value_or(outside::environment(), "HOSTNAME", "drift-policy"),
                     sha256_hex(outside::random_bytes(16)).substr(0, 12));
}

}  // namespace

void declare_remediating(Arguments& app, RemediatingOptions& options) {
  app.add_option("--incidents-namespace", options.incidents_ns,
                 "The platform's namespace, where incidents and the Lease are kept")
      .show_default();
  app.add_option("--settle", options.settle, "How long something must have drifted before it counts")
      .type_name("DURATION")
      .show_default();
  app.add_flag(
      "--sync-commits", options.sync_commits,
      "Sync new commits too, of Applications with the annotation drift-policy.dev/sync-commits: \"true\"");
  app.add_option("--max-syncs", options.max_syncs, "How many syncs it starts at once").show_default();
  app.add_option("--max-syncs-per-cluster", options.max_syncs_per_cluster,
                 "How many of them to one destination cluster; left out, or 0: as many as --max-syncs");
  app.add_option("--storm-percent", options.storm_percent,
                 "Start nothing where this part of all applications, at least 10 of them, drifted within 10 "
                 "minutes")
      .show_default();
  app.add_option("--manual-work", options.manual_work,
                 "How long a person would take to put drift back, for the metric of the work that was saved")
      .type_name("DURATION")
      .show_default();
}

controller::RemediationSettings settings_of(const RemediatingOptions& options) {
  if (options.incidents_ns.empty())
    throw InputError("--incidents-namespace is empty; expected the platform's namespace");
  const auto settle =
      seconds_of("--settle", options.settle, {std::chrono::seconds(0)}, "a duration such as 5s");
  if (options.max_syncs == 0) throw InputError("--max-syncs: expected at least 1");
  if (options.storm_percent == 0 || options.storm_percent > 100)
    throw InputError("--storm-percent: expected a number from 1 to 100");
  controller::RemediationSettings settings;
  settings.settle = settle;
  settings.sync_commits = options.sync_commits;
  settings.most_syncs = options.max_syncs;
  settings.most_syncs_per_cluster = options.max_syncs_per_cluster;
  settings.storm_percent = options.storm_percent;
  return settings;
}

std::chrono::seconds manual_work_of(const RemediatingOptions& options) {
  return seconds_of("--manual-work", options.manual_work, {std::chrono::seconds(0)},
                    "a duration such as 15m");
}

Remediating::Remediating(const RemediatingOptions& options, controller::RemediationSettings settings,
                         const outside::Connection& connection, outside::ArgoCd& argocd,
                         outside::SystemClock& clock, std::function<bool()> ready,
                         controller::Remediator::Listener listener)
    : clock_(clock),
      ready_(std::move(ready)),
      kubernetes_(outside::connect(connection, clock)),
      of_the_lease_(outside::connect(connection, clock)),
      of_the_events_(outside::connect(connection, clock)),
      leader_(*of_the_lease_, clock, options.incidents_ns, lease_name, identity()),
      events_(*of_the_events_, clock),
      remediator_(
          {*kubernetes_, argocd, clock}, options.incidents_ns, settings, [this] { return leads(); },
          telling(std::move(listener))),
      background_(clock),
      steps_(
          [this] { background_.run([this] { remediator_.run([this] { return background_.ended(); }); }); }),
      lease_([this] { background_.run([this] { keep_lease(); }); }),
      telling_([this] { background_.run([this] { events_.run(); }); }) {}

Remediating::~Remediating() {
  background_.end();
  remediator_.wake();
  steps_.join();
  lease_.join();
  leader_.release();
  events_.end();
  telling_.join();
}

controller::Remediator::Listener Remediating::telling(controller::Remediator::Listener listener) {
  return {[this, changed = std::move(listener.changed)](const api::Incident& incident) {
            events_.changed(incident);
            changed(incident);
          },
          std::move(listener.compared),
          [this, found = std::move(listener.found)](const std::vector<api::Incident>& open) {
            events_.found(open);
            found(open);
          }};
}

bool Remediating::leads() const {
  return leader_.leads(Steady::now()) && ready_();
}

void Remediating::keep_lease() {
  auto next = Steady::now();
  while (!background_.ended() && !clock_.stop_requested()) {
    if (const auto now = Steady::now(); now >= next) {
      leader_.tend(now);
      next = now + leader_.pause();
    }
    std::this_thread::sleep_for(between_looks);
  }
}

}  // namespace drift::commands
