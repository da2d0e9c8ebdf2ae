#include "commands/rolling.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "outside/environment.hpp"
#include "outside/kubernetes/client.hpp"
#include "policy/inputs.hpp"

namespace drift::commands {

void declare_rolling(Arguments& app, RollingOptions& options) {
  app.add_option("--policy", options.policy,
                 "The platform's policy, which is rolled out; left out: what DRIFT_POLICY_PATH names, or is "
                 "mounted as in the sidecar")
      .type_name("FILE|DIR");
  app.add_option("--rollout-in-flight", options.in_flight,
                 "How many applications are refreshed at once, so that they render a changed policy; 0: none")
      .show_default();
  app.add_option("--repo-server", options.repo_server,
                 "The Deployment whose rollout is waited for before that; \"\": none")
      .show_default();
}

std::optional<policy::PolicyInputs> rolled_out_policy(const RollingOptions& options) {
  if (options.policy == "none")
    throw InputError("--policy none: expected a policy, since it is the one that is rolled out");
  auto inputs = policy::inputs_of(options.policy, outside::environment());
  std::error_code error;
  if (inputs.flag || inputs.environment || std::filesystem::exists(inputs.mounted, error)) return inputs;
  return std::nullopt;
}

controller::Roller::Settings rolling_settings(const RollingOptions& options, bool observe,
                                              const std::string& platform_ns, const std::string& argocd_ns) {
  controller::Roller::Settings settings;
  settings.pace.in_flight = options.in_flight;
  settings.acts = !observe;
  settings.platform_ns = platform_ns;
  settings.repo_server_ns = argocd_ns;
  settings.repo_server = options.repo_server;
  return settings;
}

Rolling::Rolling(controller::Roller::Settings settings, policy::PolicyInputs policy,
                 const outside::Connection& connection, std::unique_ptr<outside::ArgoCd> argocd,
                 outside::SystemClock& clock, controller::RolloutMetrics& metrics, Tell tell)
    : policy_(std::move(policy)),
      kubernetes_(outside::connect(connection, clock)),
      argocd_(std::move(argocd)),
      roller_({*kubernetes_, *argocd_, clock}, std::move(settings),
              {[this] { return leads_(); }, [this] { return storms_(); }, [this] { return wanted(); },
               [&metrics, told = std::move(tell)](const api::Rollout* rollout) {
                 metrics.show(rollout);
                 if (rollout) told(*rollout);
               },
               [&metrics] { metrics.refreshed(); }}),
      background_(clock) {}

controller::Roller::Wanted Rolling::wanted() {
  try {
    std::vector<Finding> warnings;
    auto set = policy::resolve_policies(policy_, warnings);
    return {std::move(set.digest), {}};
  } catch (const Failure& error) {
    return {{}, fmt::format("the platform's policy can't be used: {}", error.what())};
  }
}

Rolling::Running::Running(Rolling* rolling, std::function<bool()> leads, std::function<bool()> storms)
    : rolling_(rolling) {
  if (!rolling_) return;
  rolling_->leads_ = std::move(leads);
  rolling_->storms_ = std::move(storms);
  thread_ = std::thread([rolling] {
    rolling->background_.run(
        [rolling] { rolling->roller_.run([rolling] { return rolling->background_.ended(); }); });
  });
}

Rolling::Running::~Running() {
  if (!rolling_) return;
  rolling_->background_.end();
  rolling_->roller_.wake();
  thread_.join();
}

}  // namespace drift::commands
