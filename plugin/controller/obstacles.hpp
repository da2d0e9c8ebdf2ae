// What stands in the way of any sync: a storm, a pause, syncs that are under way, a closed window.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "controller/incident_steps.hpp"
#include "outside/argocd/argocd.hpp"
#include "store/pauses.hpp"

namespace drift::controller {

struct RemediationSettings {
  std::chrono::seconds settle{5};          // drift that is younger is left alone
  bool sync_commits = false;               // of applications that say so, new commits are synced
  std::size_t most_syncs = 10;             // at once
  std::size_t most_syncs_per_cluster = 0;  // 0: no limit of its own
  std::size_t storm_percent = 30;   // of all applications, drifted within `storm_within`: nothing is started
  std::size_t smallest_storm = 10;  // applications
  std::chrono::minutes storm_within{10};
  std::size_t kept = 500;  // incidents that are over
};

class Obstacles {
 public:
  Obstacles(outside::ArgoCd& argocd, outside::Kubernetes& kubernetes, const std::string& incidents_ns,
            RemediationSettings settings)
      : argocd_(argocd), pauses_(kubernetes, incidents_ns), settings_(settings) {}

  // All gated applications, and how many of them drifted since storm_since().
  struct Drifted {
    std::size_t all = 0, drifted = 0;
  };
  Time storm_since(Time now) const { return storm_.value_or(now) - settings_.storm_within; }
  bool storms(const Drifted& drifted, Time now) { return !storm(drifted, now).empty(); }
  Obstacle storm_or_pause(const Drifted& drifted, const std::string& ns, const std::string& name, Time now);

  // Syncs that are under way and need nobody.
  struct UnderWay {
    std::size_t all = 0, to_cluster = 0;  // to that of the one which is to begin
  };
  Obstacle too_many(const UnderWay& under_way) const;
  // Asks Argo CD.
  Obstacle window(const std::string& ns, const std::string& name);

 private:
  std::string storm(const Drifted& counted, Time now);
  std::string pause(const std::string& ns, const std::string& name, Time now);

  outside::ArgoCd& argocd_;
  store::Pauses pauses_;
  RemediationSettings settings_;
  std::optional<Time> storm_;  // since
};

}  // namespace drift::controller
