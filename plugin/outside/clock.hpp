// Time, as something that tests can turn forward.
#pragma once
#include <chrono>

namespace drift::outside {

class Clock {
 public:
  virtual ~Clock() = default;
  // Now, as people and Kubernetes count it (UTC).
  virtual std::chrono::system_clock::time_point now() = 0;
  // Returns after that long, or earlier where the process was told to end.
  virtual void wait(std::chrono::milliseconds duration) = 0;
  // Whether the process was told to end (SIGTERM, SIGINT).
  virtual bool stop_requested() const { return false; }
};

}  // namespace drift::outside
