// Work that a command does on other threads.
#pragma once
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>

#include "outside/system_clock.hpp"

namespace drift::commands {

// What several threads share that work until they are told to end. Any thread.
class Background {
 public:
  explicit Background(outside::SystemClock& clock) : clock_(clock) {}

  // Works on the calling thread. Where that throws, all is told to end, the clock too.
  void run(const std::function<void()>& work);
  void end() { ended_ = true; }
  bool ended() const { return ended_; }
  // Throws what run() met last.
  void check();

 private:
  outside::SystemClock& clock_;
  std::atomic<bool> ended_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace drift::commands
