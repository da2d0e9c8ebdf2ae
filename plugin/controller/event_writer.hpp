// Writes what happens to incidents as Events on their Applications (api/event.hpp), on a thread of its own, so that no sync waits for
// it. Events are for people, and nothing depends on them: what can't be written is left out. As client-go's recorder: what waits is
// bounded, and nothing is tried twice (client-go, tools/record/event.go).
#pragma once
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/event.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::controller {

class EventWriter {
 public:
  static constexpr std::size_t most_waiting = 1000;
  static constexpr std::size_t most_at_the_end = 100;
  // What changed so long before this process led may have been told by nobody.
  static constexpr std::chrono::minutes untold{10};
  // Between two warnings that Events can't be written.
  static constexpr std::chrono::minutes warns_again{10};

  EventWriter(outside::Kubernetes& kubernetes, outside::Clock& clock)
      : kubernetes_(kubernetes), clock_(clock) {}

  // An incident as it is stored now. It is told once for each of its states. Any thread.
  void changed(const api::Incident& incident);
  // The incidents that are open, once this process leads; none where it no longer does. Any thread.
  void found(const std::vector<api::Incident>& open);

  // Writes what is told, until end(), and then what still waits, as long as that can be written. One thread.
  void run();
  // Nothing is told any more. Any thread.
  void end();

 private:
  using Names = std::vector<std::string>;

  // All with the lock.
  void tell(const api::Incident& incident);
  void put(api::Event event);
  static Names names_of(const std::vector<api::Event>& events);

  bool write(const api::Event& event);
  // At a bounded rate.
  void warn(const std::string& why);

  outside::Kubernetes& kubernetes_;
  outside::Clock& clock_;

  std::mutex mutex_;  // for all that follows
  std::condition_variable wake_;
  std::deque<api::Event> waiting_;
  std::map<std::string, Names> told_;  // by the incident: the Events of how it is
  std::size_t dropped_ = 0;
  bool ended_ = false;

  // Of the thread that writes.
  std::optional<Time> warned_;
  std::size_t unwritten_ = 0;  // since then
};

}  // namespace drift::controller
