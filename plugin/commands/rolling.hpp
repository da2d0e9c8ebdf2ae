// The rollout of the platform's policy, as `controller` runs it: its options, and its thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "commands/arguments.hpp"
#include "commands/background.hpp"
#include "controller/roller.hpp"
#include "controller/rollout_metrics.hpp"
#include "outside/kubernetes/connection.hpp"
#include "outside/system_clock.hpp"
#include "policy/load.hpp"

namespace drift::commands {

struct RollingOptions {
  std::string policy;
  std::uint64_t in_flight = 3;
  std::string repo_server = "argocd-repo-server";
};

void declare_rolling(Arguments& app, RollingOptions& options);

// Where the policy is that is rolled out; nothing where none is named or mounted. Throws InputError.
std::optional<policy::PolicyInputs> rolled_out_policy(const RollingOptions& options);

controller::Roller::Settings rolling_settings(const RollingOptions& options, bool observe,
                                              const std::string& platform_ns, const std::string& argocd_ns);

class Rolling {
 public:
  using Tell = std::function<void(const api::Rollout&)>;

  // `tell` and `metrics` are used on a thread of this. Where that fails, the clock is told to end.
  Rolling(controller::Roller::Settings settings, policy::PolicyInputs policy,
          const outside::Connection& connection, std::unique_ptr<outside::ArgoCd> argocd,
          outside::SystemClock& clock, controller::RolloutMetrics& metrics, Tell tell);

  // While it lives, steps are taken; its end waits for the one that is under way. nullptr: there is nothing to do.
  class Running {
   public:
    Running(Rolling* rolling, std::function<bool()> leads, std::function<bool()> storms);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Rolling* rolling_;
    std::thread thread_;
  };

  // Any thread.
  void seen(const controller::Known& known) { roller_.seen(known); }
  void changed(const api::Incident& incident) { roller_.changed(incident); }
  void found(const std::vector<api::Incident>& open) { roller_.found(open); }

  // Throws what the thread threw, once it has ended or told the clock to end.
  void check() { background_.check(); }

 private:
  controller::Roller::Wanted wanted();

  policy::PolicyInputs policy_;
  std::unique_ptr<outside::Kubernetes> kubernetes_;
  std::unique_ptr<outside::ArgoCd> argocd_;
  std::function<bool()> leads_, storms_;
  controller::Roller roller_;
  Background background_;
};

}  // namespace drift::commands
