#include "controller/put_back.hpp"

#include <algorithm>
#include <optional>

#include "kube/object_display.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;
using api::PutBack;

// What the application's own options make of a sync that is not to delete anything: with these one object may
// be deleted and made anew.
bool forces(const Summary& summary) {
  const auto& options = summary.sync_options;
  return std::any_of(options.begin(), options.end(), [](const std::string& option) {
    return option == "Force=true" || option == "Replace=true";
  });
}

constexpr const char* not_seen = "notSeen";

Time end_of(const PutBack& put_back) {
  return put_back.ended.value_or(put_back.asked);
}

// How many there were one after the other, each soon after the last.
std::uint64_t in_a_row(const Incident& incident, Time now) {
  std::uint64_t count = 0;
  Time later = now;
  while (count < incident.put_backs.size()) {
    const auto& one = incident.put_backs[incident.put_backs.size() - 1 - count];
    if (later >= end_of(one) + same_incident_within) break;
    later = one.asked;
    ++count;
  }
  return count;
}

// After a full sync the policy's own cooldown holds, as between two of those.
Time after_full_sync(const Incident* incident, const policy::Remediation& remediation) {
  if (incident == nullptr || is_commit(*incident) || !incident->last_attempt || !remediation.cooldown)
    return {};
  const bool refused = !incident->ended && incident->state == IncidentState::refused;
  const auto end = end_of_sync(*incident);
  return (refused ? std::max(end, incident->changed) : end) + *remediation.cooldown;
}

// When that may be; nothing: not at all, so all of it waits. `before`: the incident as it was; nullptr: there is none.
std::optional<Time> put_back_at(const Past& past, const Incident* before, const Summary& summary,
                                const Verdict& verdict, Time now) {
  const auto& objects = verdict.by_itself.objects;
  const auto& remediation = verdict.by_itself.remediation;
  if (objects.empty() || objects.size() > api::most_put_back || forces(summary)) return std::nullopt;
  if (summary.compared.listed || summary.compared.each.size() != 1) return std::nullopt;
  const auto since_full = after_full_sync(before ? before : past.last, remediation);
  const auto count = before ? in_a_row(*before, now) : 0;
  if (count == 0) return since_full;
  const auto most = remediation.max_retries.value_or(default_max_retries) + std::uint64_t{1};
  if (count >= std::min<std::uint64_t>(most, api::most_put_backs)) return std::nullopt;
  if (before->put_backs.back().outcome == not_seen) return since_full;
  return std::max(since_full, end_of(before->put_backs.back()) + cooldown_after(count, remediation));
}

bool is_left_alone(const Decided& decided, const Incident* before, const Verdict& verdict) {
  if (!decided.incident || decided.act == Act::roll_back || verdict.by_itself.objects.empty()) return true;
  if (decided.incident->state == IncidentState::exhausted) return true;
  if (before == nullptr) return false;
  // What a person said no to was all of it.
  const bool refused = before->state == IncidentState::refused && before->drift == verdict.drift;
  return refused || before->state == IncidentState::syncing;
}

}  // namespace

// A person's no stays as it is: what drifted besides may be all that differs from what was refused.
Decided with_put_back(Decided decided, const Past& past, const Summary& summary, const Verdict& verdict,
                      Time now) {
  const auto* before = past.open;
  if (!before && past.last && decided.incident && past.last->id == decided.incident->id) before = past.last;
  if (is_left_alone(decided, before, verdict)) return decided;
  const auto at = put_back_at(past, before, summary, verdict, now);
  if (!at) return decided;
  const bool due = now >= *at;
  if (before && before->state == IncidentState::refused)
    decided = {due ? *before : due_at(*before, std::min(*at, now + stopped_for)), Act::nothing, {}};
  if (due)
    decided.puts_back = verdict.by_itself.objects;
  else if (decided.act == Act::nothing && decided.incident->next)
    decided.incident->next = std::min(*decided.incident->next, *at);
  return decided;
}

Incident putting_back(Incident incident, const std::vector<ObjectName>& objects, const Summary& summary,
                      Time now) {
  PutBack put_back;
  put_back.number = incident.put_backs.empty() ? 1 : incident.put_backs.back().number + 1;
  put_back.revision = summary.compared.each.front();
  for (const auto& object : objects)
    put_back.objects.push_back(kube::object_display(object.kind, object.ns, object.name));
  put_back.asked = now;
  incident.put_backs.push_back(std::move(put_back));
  if (incident.put_backs.size() > api::most_put_backs) incident.put_backs.erase(incident.put_backs.begin());
  incident.next.reset();
  return incident;
}

Incident put_back_ended(Incident incident, std::string outcome, std::string message, Time now) {
  auto& put_back = incident.put_backs.back();
  put_back.ended = now;
  put_back.outcome = std::move(outcome);
  put_back.message = std::move(message);
  incident.next.reset();
  return incident;
}

bool is_put_back_of(const Summary& summary, const Incident& incident) {
  return !incident.put_backs.empty() && summary.operation &&
         summary.operation->attempt == api::put_back_name(incident);
}

Outlook look_at_put_back(const Incident& incident, const Known& known, Time now) {
  const auto asked = incident.put_backs.back().asked;
  if (is_put_back_of(known.summary, incident)) {
    const auto& operation = *known.summary.operation;
    if (!operation.busy) {
      const bool succeeded = operation.phase == "Succeeded";
      return saved(put_back_ended(incident, operation.phase, succeeded ? "" : message_of(operation), now));
    }
    if (!operation.phase.empty()) return {};
    const auto late = asked + begins_within;
    if (now < late) return {Next::nothing, std::nullopt, late};
    return {Next::nudge, std::nullopt, now + begins_within};
  }
  if (began_since(known.summary, asked)) return saved(put_back_ended(incident, "replaced", "", now));
  const auto late = asked + seen_within;
  if (now < late) return {Next::nothing, std::nullopt, late};
  return saved(put_back_ended(incident, not_seen, "", now));
}

}  // namespace drift::controller
