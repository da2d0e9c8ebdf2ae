// What an Application says about drift, by itself and beside what it said before. Pure: the clock is an argument.
//
// Argo CD says OutOfSync where the cluster differs from Git, and not why. An Application that was synced, or seen in sync, at
// the revisions and sources that it is compared with now has drifted: Git hasn't moved in between. All else is less sure:
// another revision may be a commit that changes nothing of the application, or a part of what differs may be drift besides.
// Nor can a policy that has changed be told from drift here: it is rendered anew at the same revision. Both take the objects.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/bypass.hpp"
#include "controller/summary.hpp"

namespace drift::controller {

enum class State : std::uint8_t {
  gone,           // not there any more
  deleting,       //
  syncing,        // an operation is asked for or under way
  stale,          // the comparison is of an old spec, from before the last sync, or too old; or there is none
  render_failed,  // Unknown: neither in sync nor drift
  synced,         //
  drifted,        // differs at what was synced
  source_changed,  // differs, and another source is compared than was synced
  git_changed,     // differs, and another revision
  rolled_back,     // differs from Git, since the controller has rolled it back
  never_synced     // differs, and the history has no sync
};

// As it stands in JSON: `renderFailed`.
std::string_view state_name(State state);

struct Judgement {
  State state = State::stale;
  std::string reason;  // a sentence; empty where the state says all
  Time since;          // the state was seen first
  // Drift that was seen, and not yet in sync since: through a sync, a new commit, a rendering that fails.
  std::optional<Time> drifted_since;
  std::vector<Bypass> bypasses;
};

// All that is known of an Application.
struct Known {
  Summary summary;
  Judgement judgement;
  // What was compared when it was last seen in sync, and the operation that was the last one then.
  std::optional<Version> synced_at;
  std::string synced_after;
  // The last operation of which it is known that the application ran that since: the controller's own of some objects leave it as it is.
  std::string unchanged_after;
};

inline bool is_drifted(const Known& known) {
  return known.judgement.state == State::drifted;
}

// `before`: nullptr where it is seen for the first time. A comparison that is older than `stale_after` says nothing.
Known judge(const Known* before, const Summary& now, Time clock, std::chrono::seconds stale_after);

}  // namespace drift::controller
