#include "controller/judge.hpp"

#include <fmt/format.h>

namespace drift::controller {
namespace {

struct Seen {
  State state;
  std::string reason;
};

std::string objects(std::uint64_t count) {
  return count == 1 ? "1 object differs" : fmt::format("{} objects differ", count);
}

// Where rendering fails, Argo CD does compare, and may leave the time as it is (ErrCompareStateRepo).
bool is_too_old(const Summary& now, Time clock, std::chrono::seconds stale_after) {
  return now.sync != SyncStatus::unknown && now.reconciled && clock - *now.reconciled > stale_after;
}

std::string last_operation(const Summary& now) {
  return now.operation ? now.operation->started : "";
}

// It was seen in sync, and no operation has begun since.
bool was_in_sync(const Known* before, const Summary& now) {
  return before && before->synced_at && before->synced_after == last_operation(now);
}

// It was seen in sync, and since then nothing but the controller's own syncs of some objects, at the revision
// that was compared, has begun.
bool runs_what_was_in_sync(const Known* before, const Summary& now) {
  if (!before || !before->synced_at) return false;
  if (before->unchanged_after == last_operation(now)) return true;
  return now.operation && now.operation->puts_back &&
         before->unchanged_after == last_operation(before->summary);
}

// Argo CD writes an operation's end before it compares again, both times in whole seconds: a comparison in the same second is taken
// for the later one, since the next may come only minutes later. What was seen in sync since then has been compared.
bool is_of_before_the_sync(const Known* before, const Summary& now) {
  if (!now.operation || !now.operation->finished || !now.reconciled) return false;
  return !was_in_sync(before, now) && *now.reconciled < *now.operation->finished;
}

// And nothing was synced since.
bool was_rolled_back(const Summary& now) {
  const auto& last = now.operation;
  return last && last->goes_back && last->phase == "Succeeded" && !last->dry_run;
}

// Of what differs.
Seen difference(const Known* before, const Summary& now) {
  const auto differ = objects(now.out_of_sync);
  if (runs_what_was_in_sync(before, now) && before->synced_at == now.compared)
    return {State::drifted, differ + " at the revision that was in sync"};
  if (!now.deployed) return {State::never_synced, differ + "; the history has no sync"};
  if (now.deployed->version == now.compared)
    return {State::drifted, differ + " at the revision that was synced last"};
  if (was_rolled_back(now))
    return {State::rolled_back, fmt::format("{}; Git is at {}, and it was rolled back to {}", differ,
                                            now.compared.shown, now.deployed->version.shown)};
  if (now.deployed->version.sources != now.compared.sources)
    return {State::source_changed, differ + "; the source isn't the one that was synced last"};
  return {State::git_changed, fmt::format("{}; Git is at {}, and {} was synced last", differ,
                                          now.compared.shown, now.deployed->version.shown)};
}

// What Argo CD can't be asked about now; nothing where its comparison holds.
std::optional<Seen> not_comparable(const Summary& now, Time clock, std::chrono::seconds stale_after) {
  if (now.deleting) return Seen{State::deleting, {}};
  if (now.operation && now.operation->busy) {
    const auto& phase = now.operation->phase;
    return Seen{State::syncing, phase.empty() ? "asked for" : "operation " + phase};
  }
  if (now.skips_reconcile) return Seen{State::stale, "Argo CD is told not to compare it"};
  if (now.sync == SyncStatus::none || !now.reconciled) return Seen{State::stale, "not compared yet"};
  if (now.sync == SyncStatus::unknown)
    return Seen{State::render_failed, now.failure.empty() ? "status Unknown" : "condition " + now.failure};
  if (is_too_old(now, clock, stale_after))
    return Seen{State::stale, fmt::format("compared last at {}", time_text(*now.reconciled))};
  if (!now.compared_to_spec) return Seen{State::stale, "compared with a spec that has changed since"};
  return std::nullopt;
}

Seen look(const Known* before, const Summary& now, Time clock, std::chrono::seconds stale_after) {
  if (auto seen = not_comparable(now, clock, stale_after)) return *seen;
  if (now.sync == SyncStatus::synced) return {State::synced, {}};
  if (is_of_before_the_sync(before, now)) return {State::stale, "not compared since the last sync"};
  return difference(before, now);
}

std::optional<Time> drift_after(State state, const Known* before, Time clock) {
  if (state == State::synced || state == State::deleting) return std::nullopt;
  const auto earlier = before ? before->judgement.drifted_since : std::nullopt;
  return state == State::drifted && !earlier ? clock : earlier;
}

}  // namespace

std::string_view state_name(State state) {
  switch (state) {
    case State::gone:
      return "gone";
    case State::deleting:
      return "deleting";
    case State::syncing:
      return "syncing";
    case State::stale:
      return "stale";
    case State::render_failed:
      return "renderFailed";
    case State::synced:
      return "synced";
    case State::drifted:
      return "drifted";
    case State::source_changed:
      return "sourceChanged";
    case State::git_changed:
      return "gitChanged";
    case State::rolled_back:
      return "rolledBack";
    case State::never_synced:
      return "neverSynced";
  }
  return "";
}

Known judge(const Known* before, const Summary& now, Time clock, std::chrono::seconds stale_after) {
  std::vector<Bypass> bypasses;
  if (before) bypasses = bypasses_between(before->summary, now);
  // Of one with the same name that is gone nothing holds.
  if (before && before->summary.uid != now.uid) before = nullptr;

  Known known{now,
              {},
              before ? before->synced_at : std::nullopt,
              before ? before->synced_after : "",
              before ? before->unchanged_after : ""};
  if (runs_what_was_in_sync(before, now)) known.unchanged_after = last_operation(now);
  auto seen = look(before, now, clock, stale_after);
  if (seen.state == State::synced) {
    known.synced_at = now.compared;
    known.synced_after = known.unchanged_after = last_operation(now);
  }
  auto& judgement = known.judgement;
  judgement.state = seen.state;
  judgement.reason = std::move(seen.reason);
  judgement.since = before && before->judgement.state == seen.state ? before->judgement.since : clock;
  judgement.drifted_since = drift_after(seen.state, before, clock);
  judgement.bypasses = bypasses_of(now, is_too_old(now, clock, stale_after));
  judgement.bypasses.insert(judgement.bypasses.end(), bypasses.begin(), bypasses.end());
  return known;
}

}  // namespace drift::controller
