// How a gate stands, and why, in words that stand on its Job and in what it leaves. Programs go by them and never by the sentences
// for people.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace drift::api {

// `drift-policy.dev/state` on its Job.
enum class GateState : std::uint8_t {
  none,  // it has only begun, or a word of another release
  analysing,
  waiting,  // for people
  passed,
  refused,
  over,  // its Job ended before it had decided; never written
};
// `analysing`, …; `none` has no name.
std::string_view gate_state_name(GateState state);
GateState gate_state_of(std::string_view name);

// Why a gate passed, waits or refused: one word, which stands on its Job beside the sentence for people
// (`drift-policy.dev/cause`), on its report and in the record.
enum class GateCause : std::uint8_t {
  none,         // nothing was decided, or by a release that had no words for it
  first_sync,   // there is no base, so nothing counts as drift
  no_drift,     // nothing has drifted
  observed,     // the policy only observes
  unattended,   // drift for which the policy asks nobody
  approved,     // enough people said yes
  overridden,   // enough people overrode the stop
  waiting,      // people are asked
  rejected,     // somebody said no
  timed_out,    // nobody answered in time, or the Job's own time is over
  held,         // the policy holds such drift, and lets nobody override it
  not_known,    // drift of a severity that the plan doesn't know
  gate_failed,  // the gate could not do its work
};
// `firstSync`, `noDrift`, …; `none` has no name.
std::string_view gate_cause_name(GateCause cause);

// The cause of that name; none where this release knows no such word.
GateCause gate_cause_of(std::string_view name);

// Why a Job of a release before 0.2 refused, which left the sentence alone. Such sentences don't change any more.
GateCause refusal_in_words(std::string_view reason);

}  // namespace drift::api
