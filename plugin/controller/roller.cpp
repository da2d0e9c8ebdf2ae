#include "controller/roller.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "controller/applications.hpp"
#include "store/pauses.hpp"

namespace drift::controller {
namespace {

constexpr std::chrono::seconds roller_without_lead{1};
constexpr std::chrono::seconds between_looks_around{10};

std::string why_busy(const Known& known) {
  const auto& summary = known.summary;
  if (summary.skips_reconcile) return "Argo CD is told not to compare it";
  if (!summary.operation || !summary.operation->busy) return {};
  return summary.operation->gate_runs ? "a sync is at its gate" : "a sync is under way";
}

}  // namespace

Roller::Roller(World world, Settings settings, Surroundings surroundings)
    : world_(world), settings_(std::move(settings)), surroundings_(std::move(surroundings)) {}

void Roller::changed(const api::Incident& incident) {
  const std::lock_guard lock(mutex_);
  if (api::is_over(incident.state))
    incidents_.erase(api::display(incident));
  else
    incidents_.insert(api::display(incident));
}

void Roller::found(const std::vector<api::Incident>& open) {
  const std::lock_guard lock(mutex_);
  incidents_.clear();
  for (const auto& incident : open) incidents_.insert(api::display(incident));
}

void Roller::run(const std::function<bool()>& ends) {
  inbox_.run(
      world_.clock, [this] { return step(); }, ends);
}

Time Roller::step() {
  take_inbox();
  const Time now = world_.clock.now();
  if (!surroundings_.leads()) {
    give_up();
    return now + roller_without_lead;
  }
  led_ = true;
  if (!look_at_ || *look_at_ <= now) {
    look_around();
    look_at_ = world_.clock.now() + between_looks_around;
  }
  if (policy_.empty()) {
    api::Rollout rollout;
    rollout.state = api::RolloutState::held;
    rollout.reason = policy_trouble_;
    return earlier(look_at_, publish(std::move(rollout))).value_or(now);
  }
  const bool asked = ask_one();
  take_inbox();
  const auto again = decide();
  if (asked) return world_.clock.now();
  return earlier(look_at_, again).value_or(now);
}

void Roller::take_inbox() {
  {
    const std::lock_guard lock(mutex_);
    with_incident_ = incidents_;
  }
  for (auto& [key, known] : inbox_.take()) {
    if (known.judgement.state == State::gone)
      entries_.erase(key);
    else
      take(entries_[key], std::move(known));
  }
}

void Roller::take(Entry& entry, Known known) {
  const auto& summary = known.summary;
  if (entry.known && entry.known->summary.uid != summary.uid) entry = Entry();
  const bool was_refreshing = entry.refreshing.has_value();
  // What follows the version of which it was asked for is the one that asks.
  if (!entry.sent.empty() && entry.sent != summary.resource_version) entry.sent.clear();
  if (!entry.sent.empty() || summary.refreshes_hard) {
    if (!was_refreshing) entry.refreshing = world_.clock.now();
  } else {
    // The next try waits from its end.
    if (was_refreshing && entry.tried) entry.tried = world_.clock.now();
    entry.refreshing.reset();
  }
  const bool is_updated = entry.policy && *entry.policy == policy_;
  if (!is_updated && ((was_refreshing && !entry.refreshing) || summary.compared != entry.asked)) {
    entry.policy.reset();
    entry.ask_at = Time{};
  }
  entry.known = std::move(known);
}

void Roller::give_up() {
  if (!led_) return;
  led_ = false;
  look_at_.reset();
  policy_.clear();
  published_.clear();
  begin_anew();
  surroundings_.changed(nullptr);
}

// All are asked what they render, and may be refreshed as often as ever.
void Roller::begin_anew() {
  for (auto& [key, entry] : entries_) {
    entry.policy.reset();
    entry.trouble.clear();
    entry.ask_at = Time{};
    entry.ask_pause = std::chrono::seconds(0);
    entry.tries = 0;
    entry.tried.reset();
  }
}

void Roller::look_around() {
  const auto was = policy_ + ' ' + repo_server_;
  const auto wanted = surroundings_.policy();
  policy_trouble_ = wanted.trouble;
  if (!wanted.digest.empty()) policy_ = wanted.digest;
  look_at_repo_server();
  if (policy_ + ' ' + repo_server_ != was) begin_anew();
  pause_trouble_.clear();
  if (settings_.acts) {
    try {
      pauses_ = store::Pauses(world_.kubernetes, settings_.platform_ns).list();
    } catch (const Failure& error) {
      pause_trouble_ = fmt::format("whether it is paused isn't known: {}", error.what());
    }
  }
}

std::string Roller::why_not_now() {
  if (!policy_trouble_.empty()) return policy_trouble_;
  if (!repo_server_trouble_.empty()) return repo_server_trouble_;
  if (!settings_.acts) return "the controller observes, and refreshes nothing";
  if (settings_.pace.in_flight == 0) return "--rollout-in-flight is 0";
  if (!ask_trouble_.empty()) return ask_trouble_;
  if (!pause_trouble_.empty()) return pause_trouble_;
  // Of an application without a name, which no pause but that of all is about.
  if (auto paused = store::why_paused(pauses_, "", "", world_.clock.now()); !paused.empty()) return paused;
  if (surroundings_.storms()) return "many applications drifted within minutes";
  return {};
}

bool Roller::takes_part(const Entry& entry) {
  if (!entry.known) return false;
  const auto& summary = entry.known->summary;
  return summary.gated && summary.has_plugin && !summary.deleting;
}

bool Roller::may_be_asked(const Entry& entry) const {
  return takes_part(entry) && !entry.policy && !entry.refreshing && entry.ask_at <= world_.clock.now() &&
         !entry.known->summary.compared.each.empty();
}

bool Roller::is_quiet(const Entry& entry) const {
  return entry.known->judgement.state == State::synced &&
         !with_incident_.contains(display(entry.known->summary));
}

// The quiet ones first, as they are refreshed. False: there was none to ask about. Old pods of repo-server still render what they have.
bool Roller::ask_one() {
  if (!repo_server_trouble_.empty() || world_.clock.now() < ask_at_) return false;
  Entry* next = nullptr;
  for (auto& [key, entry] : entries_) {
    if (!may_be_asked(entry)) continue;
    if (next == nullptr) next = &entry;
    if (!is_quiet(entry)) continue;
    next = &entry;
    break;
  }
  if (next == nullptr) return false;
  ask(*next);
  return true;
}

RolloutApplication Roller::application_of(const Key& key, const Entry& entry) const {
  const auto& summary = entry.known->summary;
  RolloutApplication one;
  one.ns = key.first;
  one.name = key.second;
  one.policy = entry.policy;
  one.trouble = entry.trouble;
  one.busy = why_busy(*entry.known);
  if (!one.policy && summary.compared.each.empty()) one.trouble = "Argo CD hasn't compared it yet";
  if (one.busy.empty() && entry.refused == summary.resource_version) one.busy = "it was changed meanwhile";
  if (one.busy.empty()) one.busy = store::why_paused(pauses_, key.first, key.second, world_.clock.now());
  one.quiet = is_quiet(entry);
  one.refreshing = entry.refreshing;
  one.tries = entry.tries;
  one.tried = entry.tried;
  return one;
}

std::optional<Time> Roller::decide() {
  std::vector<RolloutApplication> all;
  std::vector<Entry*> entries;
  for (auto& [key, entry] : entries_) {
    if (!takes_part(entry)) continue;
    all.push_back(application_of(key, entry));
    entries.push_back(&entry);
  }
  const auto decision = decide_rollout(policy_, all, why_not_now(), settings_.pace, world_.clock.now());
  for (const auto i : decision.refresh) {
    if (world_.clock.stop_requested() || !surroundings_.leads()) return world_.clock.now();
    refresh(*entries[i]);
  }
  return earlier(decision.again, publish(decision.rollout));
}

}  // namespace drift::controller
