// Following all objects of a resource: listed page by page, then watched, and listed anew where the server has forgotten the
// version to go on after (410), as client-go's reflector does it (k8s.io/client-go/tools/cache/reflector.go). Whatever comes is read
// as it comes, one object at a time.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "outside/clock.hpp"
#include "outside/kubernetes/connection.hpp"
#include "outside/kubernetes/kubernetes.hpp"
#include "outside/net/retry.hpp"

namespace drift::outside {

// Who follows. What one of these throws ends follow() and comes out of it.
class FeedListener {
 public:
  virtual ~FeedListener() = default;

  // All objects come now, each at least once; a list that breaks off in the middle may begin anew.
  virtual void list_began() = 0;
  virtual void listed(const rapidjson::Value& object) = 0;
  // What wasn't listed since list_began() isn't there any more.
  virtual void list_ended() = 0;

  // Bookmarks too. An object that was listed may come again as it was.
  virtual void changed(const WatchEvent& event) = 0;

  // A request of the watch ended as it should, and the next one follows. `expired`: after a new list, since the server has forgotten
  // the version to go on after.
  virtual void watch_ended(bool /*expired*/) {}

  // A request failed, an answer that says no included; without an exception from here it is sent again after a pause.
  virtual void interrupted(const OutsideError& error) = 0;

  // Asked at least once a second, in silence as well, but not while an answer begins. False ends follow().
  virtual bool goes_on() = 0;
};

class Feed {
 public:
  virtual ~Feed() = default;
  // Until the listener or the clock ends it. An object or event beyond the limits is thrown as HttpFailure: asking again would
  // bring it again. ResourcePath: without a name.
  virtual void follow(const ResourcePath& path, const std::string& label_selector,
                      FeedListener& listener) = 0;
};

struct FeedLimits {
  int page = 500;                             // objects at once
  std::size_t object = std::size_t{8} << 20;  // bytes of one; etcd takes 1.5 MiB
  std::size_t rest = std::size_t{1} << 20;    // bytes of a list beside its objects
  std::chrono::seconds page_time{60};         // for one page
  std::chrono::seconds shortest_watch{5 *
                                      60};  // one request of a watch lasts between these, at random: many who
  std::chrono::seconds longest_watch{10 * 60};  // were cut off together shall not come back together
  RetryLimits pauses{.first = std::chrono::milliseconds(800), .longest = std::chrono::seconds(30)};
};

std::unique_ptr<Feed> connect_feed(const Connection& connection, Clock& clock, const FeedLimits& limits = {});

}  // namespace drift::outside
