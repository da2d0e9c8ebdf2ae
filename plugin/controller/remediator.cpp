#include "controller/remediator.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"
#include "controller/applications.hpp"
#include "controller/asking.hpp"
#include "controller/operation.hpp"
#include "outside/kubernetes/look_for.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;
using store::StoredIncident;

constexpr std::chrono::seconds without_lead{1};
constexpr std::chrono::seconds after_trouble{15};
constexpr std::chrono::seconds after_conflict{1};
constexpr std::chrono::seconds note_again{60};
constexpr std::chrono::seconds idle{60};
constexpr std::chrono::seconds longest_wait{1};  // so that the end isn't missed

// What differs, and of what.
std::string fingerprint(const Summary& summary) {
  auto text =
      fmt::format("{} {} {}", summary.compared.sources, summary.compared.revisions, summary.out_of_sync);
  for (const auto& object : summary.differing)
    text += fmt::format("\n{} {} {} {}", object.group, object.kind, object.ns, object.name);
  return text;
}

bool is_same_news(const Known& before, const Known& now) {
  return before.summary.resource_version == now.summary.resource_version &&
         before.summary.uid == now.summary.uid && before.judgement.state == now.judgement.state;
}

bool is_drifted(const Known& known) {
  return known.judgement.state == State::drifted;
}

}  // namespace

Remediator::Remediator(World world, const std::string& incidents_ns, RemediationSettings settings,
                       std::function<bool()> leads, Listener listener)
    : world_(world),
      incidents_(world.kubernetes, incidents_ns),
      pauses_(world.kubernetes, incidents_ns),
      settings_(settings),
      leads_(std::move(leads)),
      listener_(std::move(listener)) {}

void Remediator::seen(const Known& known) {
  {
    const std::lock_guard lock(mutex_);
    inbox_.insert_or_assign({known.summary.ns, known.summary.name}, known);
  }
  wake_.notify_all();
}

void Remediator::run(const std::function<bool()>& ends) {
  while (!world_.clock.stop_requested() && !ends()) {
    const auto next = step();
    std::unique_lock lock(mutex_);
    if (!inbox_.empty()) continue;
    wake_.wait_for(lock, std::clamp<std::chrono::nanoseconds>(next - Time(world_.clock.now()),
                                                              std::chrono::milliseconds(1), longest_wait));
  }
}

Time Remediator::step() {
  take_inbox();
  drop_gone();
  if (!leads_()) {
    give_up();
    return world_.clock.now() + without_lead;
  }
  try {
    if (!loaded_ || (load_again_ && *load_again_ <= world_.clock.now())) load();
  } catch (const Failure& error) {
    spdlog::warn("incidents aren't known, so nothing is done: {}", error.what());
    return world_.clock.now() + after_trouble;
  }
  Time next = load_again_.value_or(world_.clock.now() + idle);
  for (auto& [key, entry] : entries_) {
    if (world_.clock.stop_requested() || !leads_()) return world_.clock.now();
    if (entry.due && *entry.due <= world_.clock.now() && !entry.unsure) {
      entry.due.reset();  // what comes in meanwhile makes it due anew
      const auto again = reconcile(entry);
      if (again && (!entry.due || *again < *entry.due)) entry.due = again;
      take_inbox();
    }
    if (entry.due && !entry.unsure) next = std::min(next, *entry.due);
    if (load_again_) next = std::min(next, *load_again_);
  }
  return next;
}

void Remediator::drop_gone() {
  std::erase_if(entries_, [](const auto& one) {
    return !one.second.open && one.second.known && one.second.known->judgement.state == State::gone;
  });
}

// It adds entries, and removes none.
void Remediator::take_inbox() {
  std::map<Key, Known> news;
  {
    const std::lock_guard lock(mutex_);
    news.swap(inbox_);
  }
  for (auto& [key, known] : news) {
    auto& entry = entries_[key];
    if (!entry.known || !is_same_news(*entry.known, known)) entry.due = world_.clock.now();
    // What drifts after that is compared anew, even if it is the same.
    if (!is_drifted(known)) {
      entry.compared.clear();
      entry.nothing = false;
    }
    entry.known = std::move(known);
  }
}

void Remediator::give_up() {
  if (loaded_ && listener_.found) listener_.found({});
  loaded_ = false;
}

// Of what is as it was known nothing is done anew.
void Remediator::load() {
  const bool first = !loaded_;
  loaded_ = false;
  load_again_.reset();
  const auto all = incidents_.list();
  std::map<Key, std::string> versions;
  for (auto& [key, entry] : entries_) {
    if (entry.open && !entry.unsure) versions[key] = entry.open->resource_version;
    entry.open.reset();
    entry.last.reset();
  }
  std::vector<StoredIncident> over;
  std::vector<Incident> open;
  for (const auto& stored : all) {
    if (api::is_over(stored.incident.state))
      over.push_back(stored);
    else
      open.push_back(stored.incident);
    place(stored);
  }
  for (auto& [key, entry] : entries_) {
    const auto version = entry.open ? entry.open->resource_version : std::string();
    if (!first && !entry.unsure && versions[key] == version) continue;
    entry.unsure = false;
    entry.compared.clear();
    entry.due = world_.clock.now();
  }
  prune(std::move(over));
  if (listener_.found) listener_.found(open);
  loaded_ = true;
}

void Remediator::place(StoredIncident stored) {
  auto& entry = entries_[{stored.incident.ns, stored.incident.application}];
  if (api::is_over(stored.incident.state)) {
    entry.last = std::move(stored);
    return;
  }
  // Two that led at once may each have begun one.
  if (entry.open) {
    auto& older = *entry.open;
    older.incident =
        superseded(older.incident, "incident " + stored.incident.id + " is open besides", world_.clock.now());
    incidents_.save(older);
  }
  entry.open = std::move(stored);
}

// The oldest go, and a tenth more than have to, so that this isn't done each time.
void Remediator::prune(std::vector<StoredIncident> over) {
  over_ = over.size();
  if (over.size() <= settings_.kept) return;
  std::sort(over.begin(), over.end(), [](const auto& a, const auto& b) {
    return std::pair(a.incident.ended, a.incident.id) < std::pair(b.incident.ended, b.incident.id);
  });
  const auto goes = over.size() - settings_.kept + settings_.kept / 10;
  for (std::size_t i = 0; i < goes && i < over.size(); ++i) {
    incidents_.remove(over[i]);
    --over_;
  }
}

std::optional<Time> Remediator::reconcile(Entry& entry) {
  std::optional<Time> next = world_.clock.now() + after_trouble;
  try {
    next = take_step(entry);
  } catch (const Failure& error) {
    spdlog::warn("{}", error.what());
    entry.unsure = true;
    if (!load_again_) load_again_ = next;
    return next;
  }
  project(entry);
  return next;
}

std::optional<Time> Remediator::take_step(Entry& entry) {
  if (!entry.known) return reconcile_unseen(entry);
  for (int steps = 0; steps < 4; ++steps) {
    const auto outlook = look(entry.open ? &entry.open->incident : nullptr, *entry.known, settings_.settle,
                              world_.clock.now());
    switch (outlook.next) {
      case Next::nothing:
        if (entry.unsent && entry.open && is_drifted(*entry.known)) return compare(entry);
        return outlook.again;
      case Next::save:
        keep(entry, *outlook.incident);
        break;
      case Next::nudge:
        world_.kubernetes.merge_patch(applications_in(entry.known->summary.ns, entry.known->summary.name),
                                      refresh_request());
        return outlook.again;
      case Next::compare:
        return compare(entry);
    }
  }
  return world_.clock.now() + after_trouble;
}

// Behind all else, since it makes another version of the Application. An ApplicationSet that doesn't keep the annotation takes it
// away at once; so it is written again only once in a while.
void Remediator::project(Entry& entry) {
  if (!entry.known || !leads_() || entry.known->judgement.state == State::gone) return;
  const auto* stored = entry.open ? &*entry.open : entry.last ? &*entry.last : nullptr;
  if (stored == nullptr || stored->incident.uid != entry.known->summary.uid) return;
  const auto note = api::incident_note(stored->incident);
  const auto digest = note_digest(note);
  const auto now = world_.clock.now();
  if (entry.known->summary.note == digest) return;
  if (entry.note == digest && now < entry.noted + note_again) return;
  // An Application that has shown nothing of an incident that is long over needn't.
  if (!entry.open && entry.note.empty() && entry.known->summary.note.empty()) return;
  entry.note = digest;
  entry.noted = now;
  try {
    world_.kubernetes.merge_patch(applications_in(entry.known->summary.ns, entry.known->summary.name),
                                  note_request(note));
  } catch (const Failure& error) {
    spdlog::warn("the incident could not be noted on {}: {}", display(entry.known->summary), error.what());
  }
}

// Of an incident whose application the feed doesn't bring: it is gone, or its label is, or the feed hasn't begun.
std::optional<Time> Remediator::reconcile_unseen(Entry& entry) {
  if (!entry.open) return std::nullopt;
  const auto incident = entry.open->incident;
  const auto now = world_.clock.now();
  const auto there = outside::look_for(world_.kubernetes, applications_in(incident.ns, incident.application));
  if (there && summary_of(*there).gated) return now + stopped_for;
  const auto* why = there ? "the Application is no longer gated" : "the Application is deleted";
  keep(entry, superseded(incident, why, now));
  return std::nullopt;
}

std::optional<Time> Remediator::compare(Entry& entry) {
  const Known known = *entry.known;  // as it is judged now; another one may come in meanwhile
  const auto now = world_.clock.now();
  const auto differs = fingerprint(known.summary);
  const bool same = differs == entry.compared;
  const bool unseen_attempt = entry.open && entry.open->incident.state == IncidentState::syncing;
  const Time at = entry.open ? entry.open->incident.next.value_or(Time{}) : entry.compare_at;
  if (!unseen_attempt && same && now < at) return at;
  if (same && entry.open && entry.open->incident.state == IncidentState::held) {
    const auto found = pause_or_storm(known.summary, now);
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
  const auto decided =
      decide({entry.open ? &entry.open->incident : nullptr, entry.last ? &entry.last->incident : nullptr},
             known, verdict, now);
  if (!decided.incident) return entry.compare_at;
  if (!entry.open && entry.last && entry.last->incident.id == decided.incident->id)
    std::swap(entry.open, entry.last);
  return act(entry, decided, known, now);
}

std::optional<Time> Remediator::act(Entry& entry, const Decided& decided, const Known& known, Time now) {
  if (!decided.starts) {
    const auto next = decided.incident->next;
    keep(entry, *decided.incident);
    return next ? next : entry.compare_at;
  }
  if (const auto found = obstacle(entry, known.summary, now); !found.reason.empty()) {
    keep(entry, held(*decided.incident, found, now));
    return now + found.again;
  }
  const auto asked = world_.clock.now();
  keep(entry, begun(*decided.incident, asked));
  return start(entry, known.summary, *decided.incident);
}

// `before`: the incident without this attempt.
std::optional<Time> Remediator::start(Entry& entry, const Summary& judged, const Incident& before) {
  if (!leads_()) return world_.clock.now();
  entry.unsent = false;
  try {
    world_.kubernetes.merge_patch(applications_in(judged.ns, judged.name),
                                  sync_request(judged, entry.open->incident));
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

namespace {

// But for when it is looked at next.
std::string lasting_json(Incident incident) {
  incident.next.reset();
  return api::incident_json(incident);
}

}  // namespace

void Remediator::keep(Entry& entry, const Incident& incident) {
  if (!entry.open) entry.open.emplace();
  auto& stored = *entry.open;
  const bool news = stored.resource_version.empty() || stored.incident.state != incident.state ||
                    stored.incident.reason != incident.reason;
  const bool same =
      !stored.resource_version.empty() && lasting_json(stored.incident) == lasting_json(incident);
  stored.incident = incident;
  if (!same) incidents_.save(stored);
  if (news && listener_.changed) listener_.changed(incident);
  if (incident.state != IncidentState::syncing) entry.unsent = false;
  if (!api::is_over(incident.state)) return;
  entry.last = std::move(entry.open);
  entry.open.reset();
  if (++over_ > settings_.kept) load_again_ = world_.clock.now();
}

Obstacle Remediator::pause_or_storm(const Summary& summary, Time now) {
  if (auto why = storm(now); !why.empty()) return {std::move(why)};
  return {pause(summary, now), paused_for};
}

// Syncs that wait for people take nothing of the limit.
Obstacle Remediator::obstacle(const Entry& entry, const Summary& summary, Time now) {
  if (auto found = pause_or_storm(summary, now); !found.reason.empty()) return found;
  const auto under_way =
      static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [&entry](const auto& one) {
        const auto& open = one.second.open;
        return &one.second != &entry && open && open->incident.state == IncidentState::syncing &&
               open->incident.action != "approve";
      }));
  if (under_way >= settings_.most_syncs)
    return {fmt::format("{} syncs are under way, as many as --max-syncs allows", under_way)};
  return {window(summary)};
}

std::string Remediator::storm(Time now) {
  const auto since = storm_.value_or(now) - settings_.storm_within;
  std::size_t all = 0, drifted = 0;
  for (const auto& [key, entry] : entries_) {
    if (!entry.known || !entry.known->summary.gated) continue;
    ++all;
    // Drift that nobody will put back would make a storm last for ever.
    if (entry.nothing || !entry.known->summary.has_plugin) continue;
    const auto began =
        entry.open ? entry.open->incident.detected : entry.known->judgement.drifted_since.value_or(Time{});
    if (is_drifted(*entry.known) && began >= since) ++drifted;
  }
  const auto storm_size = std::max(settings_.smallest_storm, (all * settings_.storm_percent + 99) / 100);
  if (!storm_ && drifted >= storm_size) {
    storm_ = now;
    spdlog::error("{} of {} applications drifted within {} minutes: no sync is started until there are fewer",
                  drifted, all, settings_.storm_within.count());
  }
  if (storm_ && drifted * 2 < storm_size) storm_.reset();
  if (!storm_) return {};
  return "many applications drifted within minutes: no sync is started until there are fewer";
}

std::string Remediator::pause(const Summary& summary, Time now) {
  try {
    return store::why_paused(pauses_.list(), summary.ns, summary.name, now);
  } catch (const Failure& error) {
    return fmt::format("whether it is paused isn't known: {}", error.what());
  }
}

std::string Remediator::window(const Summary& summary) {
  try {
    return outside::why_closed(world_.argocd.sync_windows({summary.ns, summary.name}));
  } catch (const OutsideError& error) {
    return fmt::format("whether a sync window is closed isn't known: {}", error.what());
  }
}

}  // namespace drift::controller
