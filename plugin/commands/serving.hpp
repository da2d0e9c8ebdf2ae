// /metrics, /healthz and /readyz of the controller.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "commands/arguments.hpp"
#include "controller/incident_metrics.hpp"
#include "controller/metrics.hpp"
#include "controller/process_metrics.hpp"
#include "controller/rollout_metrics.hpp"
#include "outside/clock.hpp"
#include "outside/net/answered.hpp"
#include "outside/server/server.hpp"

namespace drift::commands {

void declare_metrics_address(Arguments& app, std::string& address);

// What is counted, and the server that shows it.
class Serving {
 public:
  // Serves at `address`, as --metrics-address has it; nothing where it is empty or "0". Throws InputError, and OutsideError where
  // it can't listen there.
  // `by_hand`: where it acts, so that incidents are counted (controller/incident_metrics.hpp).
  Serving(const std::string& address, outside::Clock& clock,
          std::optional<std::chrono::seconds> by_hand = std::nullopt);

  controller::Metrics& metrics() { return metrics_; }
  // For one thread; only where it acts.
  controller::IncidentMetrics& incidents() { return *incidents_; }
  // For one thread.
  controller::RolloutMetrics& rollout() { return rollout_; }
  // For whoever asks Argo CD's API, or Kubernetes'. It must be gone before this.
  outside::TellAnswered argocd_answered();
  outside::TellAnswered kubernetes_answered();

 private:
  outside::Page page(std::string_view path);

  controller::Metrics metrics_;
  std::optional<controller::IncidentMetrics> incidents_;
  controller::RolloutMetrics rollout_;
  controller::ProcessMetrics process_;
  std::unique_ptr<outside::Server> server_;  // ends before what it shows
};

}  // namespace drift::commands
