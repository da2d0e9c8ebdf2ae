// The acting half of `controller`: its options, and its threads: one keeps the Lease, one takes the steps, and one
// writes Events of what became of incidents.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "commands/arguments.hpp"
#include "commands/background.hpp"
#include "controller/event_writer.hpp"
#include "controller/leader.hpp"
#include "controller/remediator.hpp"
#include "outside/kubernetes/connection.hpp"
#include "outside/system_clock.hpp"

namespace drift::commands {

struct RemediatingOptions {
  std::string incidents_ns = "drift-policy";
  std::string settle = "5s";
  std::string manual_work = "15m";
  bool sync_commits = false;
  std::uint64_t max_syncs = 10;
  std::uint64_t max_syncs_per_cluster = 0;
  std::uint64_t storm_percent = 30;
};

void declare_remediating(Arguments& app, RemediatingOptions& options);

// Throws InputError.
controller::RemediationSettings settings_of(const RemediatingOptions& options);

// How long a person would take to put drift back. Throws InputError.
std::chrono::seconds manual_work_of(const RemediatingOptions& options);

class Remediating {
 public:
  // The listener is called on a thread of this. `ready`: all applications were seen; before that nothing is done. Where a thread
  // fails, the clock is told to end.
  Remediating(const RemediatingOptions& options, controller::RemediationSettings settings,
              const outside::Connection& connection, outside::ArgoCd& argocd, outside::SystemClock& clock,
              std::function<bool()> ready, controller::Remediator::Listener listener);
  // Waits for the step that is under way, and lets go of the Lease.
  ~Remediating();
  Remediating(const Remediating&) = delete;
  Remediating& operator=(const Remediating&) = delete;

  void seen(const controller::Known& known) { remediator_.seen(known); }
  // Whether this process may act now, and whether many applications drifted within minutes. Any thread.
  bool leads() const;
  bool storms() const { return remediator_.storms(); }
  // Throws what a thread threw.
  void check() { background_.check(); }

 private:
  void keep_lease();
  // That the Events are told too.
  controller::Remediator::Listener telling(controller::Remediator::Listener listener);

  outside::SystemClock& clock_;
  std::function<bool()> ready_;
  std::unique_ptr<outside::Kubernetes> kubernetes_, of_the_lease_,
      of_the_events_;  // a client serves one thread
  controller::Leader leader_;
  controller::EventWriter events_;
  controller::Remediator remediator_;
  Background background_;
  std::thread steps_, lease_, telling_;
};

}  // namespace drift::commands
