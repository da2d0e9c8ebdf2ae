// What is seen of Applications on one thread, for another one that takes steps: the newest of each.
#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/time.hpp"
#include "controller/judge.hpp"
#include "outside/clock.hpp"

namespace drift::controller {

class Inbox {
 public:
  using Key = std::pair<std::string, std::string>;  // namespace, name

  // Any thread.
  void put(const Known& known);
  // Ends the wait of run(). Any thread.
  void wake() { wake_.notify_all(); }

  // All that was put since the last time.
  std::map<Key, Known> take();

  // Takes steps until the clock is told to end, or `ends` says so; between them it waits until something is put, or for the time that
  // a step returned, but never longer than a second, so that the end isn't missed.
  void run(outside::Clock& clock, const std::function<Time()>& step, const std::function<bool()>& ends);

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<Key, Known> news_;
};

}  // namespace drift::controller
