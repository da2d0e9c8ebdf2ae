#include "controller/incident_metrics.hpp"

#include <algorithm>
#include <chrono>

namespace drift::controller {
namespace {

using api::IncidentState;

constexpr std::size_t most_severities = 20;

double seconds(Time::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// How an incident ended.
std::string outcome_of(const api::Incident& incident) {
  if (incident.state == IncidentState::superseded) return "superseded";
  return incident.attempts > 0 ? "remediated" : "byOthers";
}

std::string action_of(const api::Incident& incident) {
  return incident.action.empty() ? "unknown" : incident.action;
}

}  // namespace

IncidentMetrics::Families IncidentMetrics::families_in(Registry& registry) {
  return {
      registry.add({Family::Type::counter,
                    "drift_policy_incidents_total",
                    "Incidents that began while this process led.",
                    {"severity"}}),
      registry.add({Family::Type::gauge,
                    "drift_policy_incidents_open",
                    "Incidents that are open, by state.",
                    {"severity", "state"}}),
      registry.add({Family::Type::gauge, "drift_policy_incident_oldest_open_timestamp_seconds",
                    "When the oldest incident that is open was detected; absent without one."}),
      registry.add({Family::Type::histogram,
                    "drift_policy_incident_resolution_seconds",
                    "From detection to the end of an incident: the time to resolve.",
                    {"severity", "outcome"},
                    {1, 5, 15, 60, 300, 900, 3600, 14400, 43200, 86400}}),
      registry.add({Family::Type::counter,
                    "drift_policy_remediations_total",
                    "What became of syncs that were asked for.",
                    {"action", "outcome"}}),
      registry.add({Family::Type::counter,
                    "drift_policy_rollbacks_total",
                    "What became of rollbacks that were asked for.",
                    {"outcome"}}),
      registry.add({Family::Type::counter,
                    "drift_policy_escalations_total",
                    "Incidents that waited for somebody longer than escalateAfter of their severity.",
                    {"severity"}}),
      registry.add({Family::Type::counter,
                    "drift_policy_commits_total",
                    "What became of syncs of new commits that were asked for.",
                    {"outcome"}}),
      registry.add({Family::Type::counter,
                    "drift_policy_put_backs_total",
                    "What became of syncs of selected objects, whose drift goes by itself.",
                    {"outcome"}}),
      registry.add({Family::Type::counter,
                    "drift_policy_incidents_prevented_total",
                    "Incidents that ended by a sync of the controller's, without anybody who had to act.",
                    {"severity"}}),
      registry.add({Family::Type::counter, "drift_policy_manual_work_saved_seconds_total",
                    "What prevented incidents would have taken by hand, each as --manual-work says."}),
  };
}

IncidentMetrics::IncidentMetrics(Registry& registry, std::chrono::seconds by_hand)
    : families_(families_in(registry)), by_hand_(seconds(by_hand)) {
  for (const auto* action : {"autoSync", "approve", "restore"})
    for (const auto* outcome : {"started", "resolved", "refused", "failed"})
      families_.remediations.add({action, outcome}, 0);
  for (const auto* outcome : {"started", "synced", "refused", "failed"}) families_.commits.add({outcome}, 0);
  for (const auto* outcome : {"started", "succeeded", "failed"}) families_.put_backs.add({outcome}, 0);
  families_.saved.add({}, 0);
  for (const auto* outcome : {"started", "rolledBack", "failed"}) families_.rollbacks.add({outcome}, 0);
}

void IncidentMetrics::found(const std::vector<api::Incident>& open) {
  open_.clear();
  for (const auto& incident : open) open_.insert_or_assign(incident.id, incident);
  show();
}

void IncidentMetrics::changed(const api::Incident& incident) {
  const auto known = open_.find(incident.id);
  count_change(known == open_.end() ? nullptr : &known->second, incident);
  if (api::is_over(incident.state))
    open_.erase(incident.id);
  else
    open_.insert_or_assign(incident.id, incident);
  show();
}

void IncidentMetrics::count_commit(const api::Incident* before, const api::Incident& incident) {
  if (incident.state == IncidentState::syncing && (before == nullptr || incident.attempts > before->attempts))
    families_.commits.add({"started"});
  if (before == nullptr || before->state != IncidentState::syncing) return;
  if (incident.state == IncidentState::resolved) families_.commits.add({"synced"});
  if (incident.state == IncidentState::refused) families_.commits.add({"refused"});
  if (incident.state == IncidentState::exhausted) families_.commits.add({"failed"});
}

// An incident that is seen first may have been known before.
void IncidentMetrics::count_put_back(const api::Incident* before, const api::Incident& incident) {
  if (incident.put_backs.empty()) return;
  const auto& newest = incident.put_backs.back();
  const auto* known = before && !before->put_backs.empty() ? &before->put_backs.back() : nullptr;
  if (!newest.ended) {
    if (!known || known->number < newest.number) families_.put_backs.add({"started"});
  } else if (known && known->number == newest.number && !known->ended) {
    families_.put_backs.add({newest.outcome == "Succeeded" ? "succeeded" : "failed"});
  }
}

void IncidentMetrics::count_remediated(const api::Incident& incident) {
  const bool by_itself = incident.action == "autoSync" || incident.action == "restore";
  if (!by_itself || incident.escalations > 0) return;
  families_.prevented.add({severity_of(incident)});
  families_.saved.add({}, by_hand_);
}

void IncidentMetrics::count_change(const api::Incident* before, const api::Incident& incident) {
  if (before && incident.escalations > before->escalations)
    families_.escalations.add({severity_of(incident)});
  if (is_commit(incident)) return count_commit(before, incident);
  count_put_back(before, incident);
  // One that goes on after it was resolved had syncs before, and none begins as failed.
  const std::uint64_t at_its_begin = incident.state == IncidentState::held ? 0 : 1;
  if (before == nullptr && incident.attempts <= at_its_begin && incident.state != IncidentState::failed)
    families_.all.add({severity_of(incident)});
  const auto became = [&](IncidentState state) {
    return incident.state == state && (before == nullptr || before->state != state);
  };
  if (became(IncidentState::rolling_back)) families_.rollbacks.add({"started"});
  if (became(IncidentState::rolled_back)) families_.rollbacks.add({"rolledBack"});
  if (became(IncidentState::rollback_failed)) families_.rollbacks.add({"failed"});
  const auto attempts = before ? before->attempts : 0;
  if (incident.state == IncidentState::syncing && incident.attempts > attempts)
    families_.remediations.add({action_of(incident), "started"});
  const bool is_outcome = incident.state == IncidentState::resolved ||
                          incident.state == IncidentState::refused || incident.state == IncidentState::failed;
  if (before && before->state == IncidentState::syncing && is_outcome) {
    families_.remediations.add({action_of(incident), std::string(api::incident_state_name(incident.state))});
    if (incident.state == IncidentState::resolved) count_remediated(incident);
  }
  if (incident.ended)
    families_.resolution.observe(std::max(0.0, seconds(*incident.ended - incident.detected)),
                                 {severity_of(incident), outcome_of(incident)});
}

void IncidentMetrics::show() {
  std::map<Labels, double> counts;
  const api::Incident* oldest = nullptr;
  for (const auto& [id, incident] : open_) {
    ++counts[{severity_of(incident), std::string(api::incident_state_name(incident.state))}];
    if (oldest == nullptr || incident.detected < oldest->detected) oldest = &incident;
  }
  for (const auto& labels : shown_)
    if (!counts.contains(labels)) families_.open.set(0, labels);
  for (const auto& [labels, count] : counts) {
    families_.open.set(count, labels);
    shown_.insert(labels);
  }
  if (oldest)
    families_.oldest.set(seconds(oldest->detected.time_since_epoch()));
  else
    families_.oldest.forget();
}

std::string IncidentMetrics::severity_of(const api::Incident& incident) {
  if (incident.severity.empty()) return is_commit(incident) ? "none" : "unknown";
  if (severities_.size() < most_severities) severities_.insert(incident.severity);
  return severities_.contains(incident.severity) ? incident.severity : "other";
}

}  // namespace drift::controller
