// One of several processes leads: who holds a Lease, as client-go's tools/leaderelection does it, with its times. A Lease alone is no
// fence (its own comment says so): whoever writes does it with the version that it has read.
#pragma once
#include <atomic>
#include <chrono>
#include <string>

#include "outside/clock.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::controller {

struct LeaseTimes {
  std::chrono::seconds lease{15};    // after which others may take it
  std::chrono::seconds renewal{10};  // after which the leader no longer leads, where it could not renew
  std::chrono::seconds pause{2};     // between two tries
};

class Leader {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  Leader(outside::Kubernetes& kubernetes, outside::Clock& clock, std::string ns, std::string name,
         std::string identity, LeaseTimes times = {});

  // One try to take or to renew it; what goes wrong is logged. Called by one thread, with the time before the call.
  void tend(Steady now);
  // Whether it leads at that time. Any thread.
  bool leads(Steady now) const;
  // Between two calls of tend().
  std::chrono::seconds pause() const { return times_.pause; }
  // Lets the next one take it at once.
  void release();

 private:
  void take(const rapidjson::Document* lease, Steady now);
  rapidjson::Document written(const rapidjson::Document* lease, const std::string& holder,
                              std::chrono::seconds duration) const;
  bool may_be_taken(const rapidjson::Value& lease, Steady now);
  void stop(const std::string& why);

  outside::Kubernetes& kubernetes_;
  outside::Clock& clock_;
  outside::ResourcePath path_;
  std::string identity_;
  LeaseTimes times_;
  // What was seen of another's Lease, and when it last changed by our own clock: times in it are never compared with ours.
  std::string seen_;
  Steady changed_{};
  bool was_leading_ = false;
  std::atomic<Steady::rep> leads_until_{0};  // ticks of the steady clock
};

}  // namespace drift::controller
