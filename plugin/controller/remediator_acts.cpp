// What the remediator does about drift, once it is judged: ask what differs, and ask for a sync or a rollback.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"
#include "controller/applications.hpp"
#include "controller/asking.hpp"
#include "controller/operation.hpp"
#include "controller/put_back.hpp"
#include "controller/remediator.hpp"
#include "controller/rollback.hpp"
#include "store/synced_revisions.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;

constexpr std::chrono::seconds after_conflict{1};

// And needs nobody.
bool is_under_way(const Incident& incident) {
  if (api::put_back_under_way(incident)) return true;
  return incident.action != "approve" &&
         (incident.state == IncidentState::syncing || incident.state == IncidentState::rolling_back);
}

// What differs, and of what.
std::string fingerprint(const Summary& summary) {
  auto text =
      fmt::format("{} {} {}", summary.compared.sources, summary.compared.revisions, summary.out_of_sync);
  for (const auto& object : summary.differing)
    text += fmt::format("\n{} {} {} {}", object.group, object.kind, object.ns, object.name);
  return text;
}

}  // namespace

std::optional<Time> Remediator::compare(Entry& entry) {
  const Known known = *entry.known;  // as it is judged now; another one may come in meanwhile
  const auto now = world_.clock.now();
  const auto differs = fingerprint(known.summary);
  const bool same = differs == entry.compared;
  const bool unseen_attempt = entry.open && entry.open->incident.state == IncidentState::syncing;
  const Time at = entry.open ? entry.open->incident.next.value_or(Time{}) : entry.compare_at;
  if (!unseen_attempt && same && now < at) return at;
  if (same && entry.open && entry.open->incident.state == IncidentState::held) {
    const auto found = storm_or_pause(known.summary, now);
    if (!found.reason.empty() && found.reason == entry.open->incident.reason) return now + found.again;
  }

  const auto comparison = ask(world_.argocd, known.summary, now);
  if (world_.clock.stop_requested()) return now;
  entry.compared = differs;
  entry.compare_at = now + (comparison.unanswered ? held_for : stopped_for);
  if (listener_.compared) listener_.compared(known, comparison);
  take_inbox();  // a storm may have begun meanwhile

  const auto verdict = verdict_of(comparison);
  entry.nothing = verdict.nothing;
  const auto decided = is_drifted(known) ? decide(past(entry), known, verdict, now)
                                         : decide_commit(past(entry), known, verdict, now);
  if (!decided.incident) return entry.compare_at;
  return act(entry, decided, known, now);
}

std::optional<Time> Remediator::act(Entry& entry, const Decided& decided, const Known& known, Time now) {
  if (!decided.puts_back.empty()) return put_back(entry, decided, known.summary, now);
  if (decided.act == Act::nothing) {
    const auto next = decided.incident->next;
    keep(entry, *decided.incident);
    return next ? next : entry.compare_at;
  }
  if (decided.act == Act::roll_back) return roll_back(entry, *decided.incident, known);
  if (const auto found = obstacle(entry, known.summary, now); !found.reason.empty()) {
    keep(entry, held(*decided.incident, found, now));
    return now + found.again;
  }
  keep(entry, begun(*decided.incident, world_.clock.now()));
  return ask_for(entry, known.summary, sync_request(known.summary, entry.open->incident), *decided.incident);
}

// What stands in the way of it stands in the way of what is decided besides.
std::optional<Time> Remediator::put_back(Entry& entry, const Decided& decided, const Summary& summary,
                                         Time now) {
  auto before = *decided.incident;
  if (const auto found = obstacle(entry, summary, now); !found.reason.empty()) {
    const auto next = now + (decided.act == Act::sync ? found.again : std::max(found.again, held_for));
    keep(entry, decided.act == Act::sync ? held(before, found, now)
                                         : due_at(before, before.next ? std::min(*before.next, next) : next));
    return next;
  }
  if (decided.act == Act::sync) before = moved(std::move(before), IncidentState::held, put_back_first, now);
  keep(entry, putting_back(before, decided.puts_back, summary, world_.clock.now()));
  if (!leads_()) return world_.clock.now();
  try {
    world_.kubernetes.merge_patch(applications_in(summary.ns, summary.name),
                                  put_back_request(summary, entry.open->incident, decided.puts_back));
  } catch (const outside::ApiError& error) {
    // It may have arrived: what is seen next tells.
    if (error.http_status >= 500) throw;
    // Changed since it was judged; what is seen next decides.
    const auto after =
        error.conflict() ? due_at(before, world_.clock.now() + after_conflict)
                         : put_back_ended(entry.open->incident, "refused", error.what(), world_.clock.now());
    keep(entry, after);
    return world_.clock.now() + after_conflict;
  }
  return world_.clock.now() + seen_within;
}

// `incident`: without the rollback.
std::optional<Time> Remediator::roll_back(Entry& entry, const Incident& incident, const Known& known) {
  const auto& summary = known.summary;
  const auto now = world_.clock.now();
  if (const auto found = obstacle(entry, summary, now); !found.reason.empty()) {
    keep(entry, held(incident, found, now));
    return now + found.again;
  }
  // Its history, which isn't kept.
  const auto application = world_.kubernetes.get(applications_in(summary.ns, summary.name));
  if (!application || summary_of(*application).resource_version != summary.resource_version)
    return now + after_conflict;
  const auto audited = store::synced_revisions(world_.kubernetes, incidents_.ns(),
                                               {summary.name, summary.ns + "_" + summary.name});
  const auto back = way_back(*application, audited);
  if (!back.entry) {
    keep(entry, not_rolled_back(incident, summary, back.why_not, now));
    return now + stopped_for;
  }
  keep(entry, rolling_back(incident, *back.entry, summary, world_.clock.now()));
  return ask_for(entry, summary, rollback_request(summary, entry.open->incident, *back.entry), incident);
}

// `before`: the incident without this attempt.
std::optional<Time> Remediator::ask_for(Entry& entry, const Summary& judged,
                                        const rapidjson::Document& request, const Incident& before) {
  if (!leads_()) return world_.clock.now();
  entry.unsent = false;
  try {
    world_.kubernetes.merge_patch(applications_in(judged.ns, judged.name), request);
  } catch (const outside::ApiError& error) {
    if (error.conflict()) {
      // It was changed since it was judged; what is seen next decides.
      spdlog::info("{} was changed meanwhile, so no sync is asked for yet", display(judged));
      entry.unsent = true;
      return world_.clock.now() + after_conflict;
    }
    // It may have arrived: what is seen next tells.
    if (error.http_status >= 500) throw;
    keep(entry, held(before, {fmt::format("the sync could not be asked for: {}", error.what())},
                     world_.clock.now()));
    return world_.clock.now() + held_for;
  }
  return world_.clock.now() + seen_within;
}

Obstacles::Drifted Remediator::drifted_since(Time since) const {
  Obstacles::Drifted counted;
  for (const auto& [key, entry] : entries_) {
    if (!entry.known || !entry.known->summary.gated) continue;
    ++counted.all;
    // Drift that nobody will put back would make a storm last for ever.
    if (entry.nothing || !entry.known->summary.has_plugin) continue;
    const auto began =
        entry.open ? entry.open->incident.detected : entry.known->judgement.drifted_since.value_or(Time{});
    if (is_drifted(*entry.known) && began >= since) ++counted.drifted;
  }
  return counted;
}

Obstacle Remediator::storm_or_pause(const Summary& summary, Time now) {
  return obstacles_.storm_or_pause(drifted_since(obstacles_.storm_since(now)), summary.ns, summary.name, now);
}

// Syncs that wait for people take nothing of the limit.
Obstacle Remediator::obstacle(const Entry& entry, const Summary& summary, Time now) {
  if (auto found = storm_or_pause(summary, now); !found.reason.empty()) return found;
  Obstacles::UnderWay under_way;
  for (const auto& [key, one] : entries_) {
    if (&one == &entry || !one.open || !is_under_way(one.open->incident)) continue;
    ++under_way.all;
    // Where an application goes of which nothing was seen yet isn't known: the stricter side.
    if (!one.known || one.known->summary.cluster == summary.cluster) ++under_way.to_cluster;
  }
  if (auto found = obstacles_.too_many(under_way); !found.reason.empty()) return found;
  return obstacles_.window(summary.ns, summary.name);
}

}  // namespace drift::controller
