// What Prometheus' own client libraries say of the process (process_*), as it is when it is asked for.
#pragma once
#include "base/time.hpp"
#include "controller/exposition.hpp"

namespace drift::controller {

class ProcessMetrics {
 public:
  // `started`: this process.
  ProcessMetrics(Registry& registry, Time started);
  // Looks again.
  void update();

 private:
  Family &cpu_, &resident_, &open_, &most_open_;
};

}  // namespace drift::controller
