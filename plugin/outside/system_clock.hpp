// The machine's clock. One at a time in a process: from its construction to its destruction SIGTERM and SIGINT don't end
// the process but set a flag, so that a hook can end its wait and write down how far it came. A second signal ends the
// process as ever.
#pragma once
#include <csignal>

#include "outside/clock.hpp"

namespace drift::outside {

class SystemClock : public Clock {
 public:
  SystemClock();
  ~SystemClock() override;
  SystemClock(const SystemClock&) = delete;
  SystemClock& operator=(const SystemClock&) = delete;

  std::chrono::system_clock::time_point now() override;
  void wait(std::chrono::milliseconds duration) override;
  bool stop_requested() const override;
  // As the signals do. Any thread.
  void tell_to_end();

 private:
  struct sigaction old_term_ {};
  struct sigaction old_interrupt_ {};
};

}  // namespace drift::outside
