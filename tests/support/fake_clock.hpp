// A clock that moves only when somebody waits on it, and can do something at a time on the way.
#pragma once
#include <algorithm>
#include <functional>
#include <map>

#include "outside/clock.hpp"

namespace drift::tests {

class FakeClock : public outside::Clock {
 public:
  using Time = std::chrono::system_clock::time_point;

  // 2026-01-02T03:04:05Z
  FakeClock() : now_(std::chrono::seconds(1767323045)) {}

  Time now() override { return now_; }
  // Moves that far and runs what is due on the way, in order; stops where the process is told to end.
  void wait(std::chrono::milliseconds duration) override {
    for (const auto end = now_ + duration; !ended_ && now_ < end;) step(end);
  }
  bool stop_requested() const override { return ended_; }

  // Moves to the next thing that is due and runs it, or to `end` where there is none before.
  void step(Time end) {
    const auto next = due_.begin();
    if (next == due_.end() || next->first > end) {
      now_ = end;
      return;
    }
    now_ = std::max(now_, next->first);
    const auto run = std::move(next->second);
    due_.erase(next);
    run();
  }

  void after(std::chrono::milliseconds duration, std::function<void()> run) {
    due_.emplace(now_ + duration, std::move(run));
  }
  // As if SIGTERM had come.
  void tell_to_end() { ended_ = true; }

 private:
  Time now_;
  std::multimap<Time, std::function<void()>> due_;
  bool ended_ = false;
};

}  // namespace drift::tests
