#include "controller/remediator.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "controller/applications.hpp"
#include "controller/escalation.hpp"
#include "controller/operation.hpp"
#include "controller/put_back.hpp"
#include "controller/rollback.hpp"
#include "outside/kubernetes/look_for.hpp"

namespace drift::controller {
namespace {

constexpr std::chrono::seconds without_lead{1};
constexpr std::chrono::seconds after_trouble{15};
constexpr std::chrono::seconds note_again{60};
constexpr std::chrono::seconds idle{60};

// In a way that is compared.
bool differs(const Known& known) {
  const auto state = known.judgement.state;
  return state == State::drifted || state == State::git_changed || state == State::rolled_back;
}

bool is_same_news(const Known& before, const Known& now) {
  return before.summary.resource_version == now.summary.resource_version &&
         before.summary.uid == now.summary.uid && before.judgement.state == now.judgement.state;
}

}  // namespace

Remediator::Remediator(World world, const std::string& incidents_ns, RemediationSettings settings,
                       std::function<bool()> leads, Listener listener)
    : world_(world),
      incidents_(world.kubernetes, incidents_ns),
      settings_(settings),
      obstacles_(world.argocd, world.kubernetes, incidents_ns, settings),
      leads_(std::move(leads)),
      listener_(std::move(listener)) {}

void Remediator::run(const std::function<bool()>& ends) {
  inbox_.run(
      world_.clock, [this] { return step(); }, ends);
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
  storms_ = obstacles_.storms(drifted_since(obstacles_.storm_since(world_.clock.now())), world_.clock.now());
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
  for (auto& [key, known] : inbox_.take()) {
    auto& entry = entries_[key];
    if (!entry.known || !is_same_news(*entry.known, known)) entry.due = world_.clock.now();
    // What drifts after that is compared anew, even if it is the same.
    if (!differs(known)) {
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

std::optional<Time> Remediator::reconcile(Entry& entry) {
  std::optional<Time> next;
  try {
    next = take_step(entry);
  } catch (const Failure& error) {
    spdlog::warn("{}", error.what());
    entry.unsure = true;
    const Time later = world_.clock.now() + after_trouble;
    if (!load_again_) load_again_ = later;
    return later;
  }
  project(entry);
  if (!entry.open || !entry.known) return next;
  return earlier(next, escalation_due(entry.open->incident, entry.known->summary));
}

std::optional<Time> Remediator::take_step(Entry& entry) {
  if (!entry.known) return reconcile_unseen(entry);
  for (int steps = 0; steps < 4; ++steps) {
    const auto outlook =
        look(past(entry), *entry.known, {settings_.settle, settings_.sync_commits}, world_.clock.now());
    switch (outlook.next) {
      case Next::nothing:
        if (entry.unsent && entry.open && entry.open->incident.state == api::IncidentState::syncing &&
            differs(*entry.known))
          return compare(entry);
        return outlook.again;
      case Next::save:
        keep(entry, *outlook.incident);
        break;
      case Next::nudge:
        world_.kubernetes.merge_patch(applications_in(entry.known->summary.ns, entry.known->summary.name),
                                      refresh_request());
        return outlook.again;
      case Next::roll_back: {
        const Known known = *entry.known;  // as it is judged now
        return roll_back(entry, before_rollback(entry.open->incident, known), known);
      }
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
  if (stored->incident.reason == put_back_first) return;
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

}  // namespace drift::controller
