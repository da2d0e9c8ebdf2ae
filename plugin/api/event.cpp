#include "api/event.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/printable.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "json/build.hpp"

namespace drift::api {
namespace {

struct EventWords {
  IncidentState state;
  std::string_view of_drift, of_commit;
  bool warns;
};

constexpr std::array<EventWords, 10> event_words = {{
    {IncidentState::held, "DriftHeld", "CommitHeld", false},
    {IncidentState::syncing, "DriftSyncStarted", "CommitSyncStarted", false},
    {IncidentState::failed, "DriftSyncFailed", "CommitSyncFailed", true},
    {IncidentState::refused, "DriftRefused", "CommitRefused", true},
    {IncidentState::exhausted, "DriftExhausted", "CommitSyncFailed", true},
    {IncidentState::rolling_back, "RollbackStarted", "RollbackStarted", false},
    {IncidentState::rolled_back, "RolledBack", "RolledBack", true},
    {IncidentState::rollback_failed, "RollbackFailed", "RollbackFailed", true},
    {IncidentState::resolved, "DriftResolved", "CommitSynced", false},
    {IncidentState::superseded, "DriftSuperseded", "CommitSuperseded", false},
}};

// As client-go's recorder names them, `<object>.<hex>`, within the 253 bytes of a name.
constexpr std::size_t event_digits = 16;
constexpr std::size_t longest_in_event_name = 253 - 1 - event_digits;

constexpr std::size_t longest_event_object = 300;  // characters

std::string event_name(const Incident& incident, std::string_view what, std::uint64_t count, Time since) {
  auto name = incident.id.substr(0, longest_in_event_name);
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  const auto all =
      incident.id + '\n' + std::string(what) + '\n' + std::to_string(count) + '\n' + time_text(since);
  return name + '.' + sha256_hex(all).substr(0, event_digits);
}

// `drift of severity low (Service shop/web drifted, and 2 more)`
std::string drift_of(const Incident& incident) {
  auto text = incident.severity.empty() ? std::string("drift of a severity that isn't known")
                                        : "drift of severity " + incident.severity;
  if (incident.objects.empty()) return text;
  const auto& worst = incident.objects.front();
  text += " (" + printable(worst.object, longest_event_object) + ' ' + worst.state;
  const auto more = incident.objects.size() - 1 + incident.more;
  if (more > 0) text += ", and " + std::to_string(more) + " more";
  return text + ')';
}

std::string what_of(const Incident& incident) {
  if (!is_commit(incident)) return drift_of(incident);
  return incident.severity.empty() ? std::string("a new commit") : "a new commit and " + drift_of(incident);
}

std::string event_message(const Incident& incident, std::string_view does) {
  auto text = "Incident " + incident.id + ", " + what_of(incident) + std::string(does);
  if (!incident.reason.empty()) text += ": " + incident.reason;
  // `…` takes three bytes more.
  return cut(printable(text), longest_event_message - 3);
}

Event event_about(const Incident& incident, std::string_view does = {}) {
  Event event;
  event.ns = incident.ns;
  event.application = incident.application;
  event.uid = incident.uid;
  event.message = event_message(incident, does);
  return event;
}

Event state_event(const Incident& incident) {
  const auto* words = std::find_if(event_words.begin(), event_words.end(),
                                   [&](const auto& one) { return one.state == incident.state; });
  auto event = event_about(incident);
  event.name = event_name(incident, incident_state_name(incident.state), incident.attempts, incident.changed);
  event.reason = is_commit(incident) ? words->of_commit : words->of_drift;
  // What is stopped waits for a person; all else that is held ends by itself, as a rule.
  event.warns = words->warns || (incident.state == IncidentState::held && incident.action == "stop");
  event.at = incident.changed;
  return event;
}

Event escalation_event(const Incident& incident) {
  auto event = event_about(incident, " waits longer than escalateAfter, so more people are told");
  event.name = event_name(incident, "escalated", incident.escalations, *incident.escalated);
  event.reason = is_commit(incident) ? "CommitEscalated" : "DriftEscalated";
  event.warns = true;
  event.at = *incident.escalated;
  return event;
}

}  // namespace

std::vector<Event> events_of(const Incident& incident) {
  std::vector<Event> events = {state_event(incident)};
  if (incident.escalated) events.push_back(escalation_event(incident));
  return events;
}

rapidjson::Document event_object(const Event& event) {
  rapidjson::Document object(rapidjson::kObjectType);
  set(object, {"apiVersion"}, "v1");
  set(object, {"kind"}, "Event");
  set(object, {"metadata", "name"}, event.name);
  set(object, {"metadata", "namespace"}, event.ns);
  set(object, {"involvedObject", "apiVersion"}, "argoproj.io/v1alpha1");
  set(object, {"involvedObject", "kind"}, "Application");
  set(object, {"involvedObject", "namespace"}, event.ns);
  set(object, {"involvedObject", "name"}, event.application);
  set(object, {"involvedObject", "uid"}, event.uid);
  set(object, {"source", "component"}, event_component);
  set(object, {"reportingComponent"}, event_component);
  set(object, {"type"}, event.warns ? "Warning" : "Normal");
  set(object, {"reason"}, event.reason);
  set(object, {"message"}, event.message);
  set(object, {"firstTimestamp"}, time_text(event.at));
  set(object, {"lastTimestamp"}, time_text(event.at));
  set(object, {"count"}, rapidjson::Value(1));
  return object;
}

}  // namespace drift::api
