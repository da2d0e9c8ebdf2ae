// Listens to a feed in the place of an observer, passes all of it on, and counts what comes of it.
#pragma once
#include "controller/metrics.hpp"
#include "controller/observer.hpp"

namespace drift::controller {

class CountedFeed : public outside::FeedListener {
 public:
  CountedFeed(Observer& observer, Metrics& metrics, outside::Clock& clock)
      : observer_(observer), metrics_(metrics), clock_(clock) {}

  void list_began() override { observer_.list_began(); }
  void listed(const rapidjson::Value& object) override { observer_.listed(object); }
  void list_ended() override;
  void changed(const outside::WatchEvent& event) override;
  void watch_ended(bool expired) override;
  void interrupted(const OutsideError& error) override;
  // Shows how many applications there are of which sort, at most once a second.
  bool goes_on() override;

 private:
  void show();

  Observer& observer_;
  Metrics& metrics_;
  outside::Clock& clock_;
  std::chrono::system_clock::time_point shown_{};
};

}  // namespace drift::controller
