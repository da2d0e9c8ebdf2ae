// Judges Applications while they change, and tells what has changed about them. It writes nothing.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "controller/listing.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/feed.hpp"

namespace drift::controller {

class Observer : public outside::FeedListener {
 public:
  using Tell = std::function<void(const Notice&)>;
  // Each application whenever it is looked at, changed or not, and once it is gone; what it was before, if it was seen.
  using See = std::function<void(const Known* before, const Known& known)>;

  // `kubernetes` is asked for one Application where it leaves the feed: it is gone, or its label is.
  Observer(outside::Kubernetes& kubernetes, outside::Clock& clock, std::chrono::seconds stale_after,
           Tell tell, See see = {});

  void list_began() override;
  void listed(const rapidjson::Value& object) override;
  void list_ended() override;
  void changed(const outside::WatchEvent& event) override;
  // Before the watch ever brought something, a refusal is thrown on, of the list and of the watch: a right that is missing doesn't
  // come by itself.
  void interrupted(const OutsideError& error) override;
  // Looks whether comparisons have become too old, too.
  bool goes_on() override;

  std::size_t size() const { return all_.size(); }
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [key, entry] : all_) visit(entry.known);
  }

 private:
  using Key = std::pair<std::string, std::string>;  // namespace, name
  struct Entry {
    Known known;
    bool listed = true;  // since the list began
  };

  void see(const rapidjson::Value& application);
  void judge_again(Entry& entry, const Summary& now);
  void leave(const Key& key);
  // Of what was judged just now.
  void pass_on(const Known* before, const Known& known);

  outside::Kubernetes& kubernetes_;
  outside::Clock& clock_;
  std::chrono::seconds stale_after_;
  Tell tell_;
  See see_;
  std::map<Key, Entry> all_;
  bool ever_listed_ = false;
  bool ever_watched_ = false;                     // bookmarks count
  std::chrono::system_clock::time_point looked_;  // for old comparisons
};

}  // namespace drift::controller
