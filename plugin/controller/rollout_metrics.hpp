// What is counted of a rollout, without the name of an application: docs/metrics.md has the table. One thread at a time.
#pragma once
#include "api/rollout.hpp"
#include "controller/exposition.hpp"

namespace drift::controller {

class RolloutMetrics {
 public:
  explicit RolloutMetrics(Registry& registry);

  // nullptr: this process doesn't lead, so it shows nothing.
  void show(const api::Rollout* rollout);
  // A hard refresh was asked for.
  void refreshed() { refreshes_.add(); }

 private:
  Family &state_, &applications_, &rendering_, &refreshes_;
};

}  // namespace drift::controller
