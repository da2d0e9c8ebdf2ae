// What the controller counts for operators, without the name of an application: docs/metrics.md has the table. Pure: times come
// from callers. Any thread may call all of it.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "controller/exposition.hpp"
#include "controller/listing.hpp"

namespace drift::controller {

// How many applications there are of which sort.
struct Census {
  static constexpr std::size_t states = static_cast<std::size_t>(State::never_synced) + 1;
  static constexpr std::size_t bypass_kinds = static_cast<std::size_t>(BypassKind::label_removed) + 1;

  std::array<std::uint64_t, states> by_state{};
  std::array<std::uint64_t, bypass_kinds> bypassed{};  // by the signs that show now
  std::uint64_t gated = 0;
  std::uint64_t gated_compared = 0;  // what Argo CD says of them holds
  std::optional<Time> oldest_drift;

  void add(const Known& known);
};

// Why following Applications was begun anew.
enum class Restart : std::uint8_t {
  ended,        // as every request ends after some minutes
  expired,      // the server has forgotten the version to go on after
  refused,      // an answer that says no
  unreachable,  // no answer, or one that broke off
  other
};

class Metrics {
 public:
  explicit Metrics(std::string_view version);

  void count(const Notice& notice);
  // A sync that has ended between the two, and whether there is a record of it. Nothing before: it was seen for the first time.
  void count_sync(const Summary* before, const Summary& now);
  void show(const Census& census);

  // A request to Argo CD's API, or to Kubernetes'; status 0: no answer.
  void argocd_answered(std::string_view call, int status, double seconds);
  void kubernetes_answered(std::string_view verb, int status);

  void restarted(Restart reason);
  // Something came of Applications, if only that nothing has changed.
  void heard(Time at);

  // All Applications were listed, so the numbers are of all of them.
  void listed() { ready_ = true; }
  bool ready() const { return ready_; }

  // For what others count.
  Registry& registry() { return registry_; }
  std::string text() const { return registry_.text(); }

 private:
  Registry registry_;
  struct Families {
    Family &applications, &gated, &bypasses, &bypassed, &syncs, &oldest_drift;
    Family &argocd, &kubernetes, &restarts, &heard;
  };
  static Families families_in(Registry& registry);
  Families families_;
  std::atomic<bool> ready_{false};
};

}  // namespace drift::controller
