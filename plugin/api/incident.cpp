#include "api/incident.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "json/canonical.hpp"
#include "json/fields.hpp"
#include "json/read.hpp"
#include "json/string.hpp"

namespace drift::api {
namespace {

constexpr std::array<std::pair<IncidentState, std::string_view>, 10> incident_states = {{
    {IncidentState::held, "held"},
    {IncidentState::syncing, "syncing"},
    {IncidentState::failed, "failed"},
    {IncidentState::refused, "refused"},
    {IncidentState::exhausted, "exhausted"},
    {IncidentState::rolling_back, "rollingBack"},
    {IncidentState::rolled_back, "rolledBack"},
    {IncidentState::rollback_failed, "rollbackFailed"},
    {IncidentState::resolved, "resolved"},
    {IncidentState::superseded, "superseded"},
}};

// With `drift-policy-incident-` before it and a hash behind it, below the 253 bytes of a name.
constexpr std::size_t longest_in_id = 63;
constexpr std::size_t incident_digits = 8;

constexpr std::string_view before_put_back = "/objects-";

constexpr std::size_t longest_note_text = 63;
constexpr std::size_t longest_note_reason = 400;
constexpr std::size_t most_note_objects = 5;

std::string object_json(const IncidentObject& object) {
  JsonObject json;
  json.text("object", object.object);
  json.text("state", object.state);
  json.text_if("severity", object.severity);
  return json.str();
}

void time_if(JsonObject& json, const std::string& key, const std::optional<Time>& time) {
  if (time) json.text(key, time_text(*time));
}

std::string put_back_json(const PutBack& put_back) {
  JsonObject json;
  json.number("number", put_back.number);
  json.text_if("revision", put_back.revision);
  json.json("objects", json_list(put_back.objects, json_string));
  json.text("asked", time_text(put_back.asked));
  time_if(json, "ended", put_back.ended);
  json.text_if("outcome", put_back.outcome);
  json.text_if("message", put_back.message);
  return json.str();
}

void escalation_in(JsonObject& json, const Incident& incident) {
  time_if(json, "escalated", incident.escalated);
  if (incident.escalations > 0) json.number("escalations", incident.escalations);
}

std::optional<Time> time_in(const Fields& fields, const char* key) {
  const auto text = fields.optional_text(key);
  if (!text) return std::nullopt;
  const auto time = parse_time(*text);
  if (!time) fields.fail(key, "a time such as 2026-11-29T10:00:00Z");
  return time;
}

Time demanded_time(const Fields& fields, const char* key) {
  const auto time = time_in(fields, key);
  if (!time) fields.fail(key, "a time");
  return *time;
}

std::uint64_t count_in(const Fields& fields, const char* key) {
  const auto count = fields.optional_number(key).value_or(0);
  if (count < 0) fields.fail(key, "a number that is not negative");
  return static_cast<std::uint64_t>(count);
}

PutBack put_back_in(const Fields& fields) {
  PutBack put_back;
  put_back.number = count_in(fields, "number");
  put_back.revision = fields.text_or_empty("revision");
  put_back.objects = fields.texts("objects");
  put_back.asked = demanded_time(fields, "asked");
  put_back.ended = time_in(fields, "ended");
  put_back.outcome = fields.text_or_empty("outcome");
  put_back.message = fields.text_or_empty("message");
  return put_back;
}

IncidentState state_in(const Fields& fields) {
  const auto text = fields.text("state");
  for (const auto& [state, name] : incident_states)
    if (name == text) return state;
  fields.fail(
      "state",
      "held, syncing, failed, refused, exhausted, rollingBack, rolledBack, rollbackFailed, resolved or "
      "superseded");
}

std::string rollback_json(const IncidentRollback& rollback) {
  JsonObject json;
  json.text("from", rollback.from);
  json.text("failed", rollback.failed);
  json.text("why", rollback.why);
  if (rollback.to.empty()) return json.str();
  json.text("to", rollback.to);
  json.number("history", static_cast<std::uint64_t>(rollback.history));
  return json.str();
}

std::optional<IncidentRollback> rollback_in(const Fields& fields, IncidentState state) {
  const bool begun = state == IncidentState::rolling_back || state == IncidentState::rolled_back ||
                     state == IncidentState::rollback_failed;
  if (!fields.find("rollback")) {
    if (begun) fields.fail("rollback", "a mapping in this state");
    return std::nullopt;
  }
  const auto all = fields.object("rollback");
  IncidentRollback rollback{all.text("from"), all.text("failed"), all.text_or_empty("why"),
                            all.text_or_empty("to"), static_cast<std::int64_t>(count_in(all, "history"))};
  if (begun && rollback.to.empty()) all.fail("to", "a revision in this state");
  return rollback;
}

}  // namespace

std::string_view incident_state_name(IncidentState state) {
  for (const auto& [each, name] : incident_states)
    if (each == state) return name;
  return "";
}

std::string display(const Incident& incident) {
  return incident.ns + '/' + incident.application;
}

std::string incident_id(const std::string& ns, const std::string& application, const std::string& uid,
                        Time detected, const std::string& commit) {
  auto name = application.substr(0, longest_in_id);
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  auto all = ns + '\n' + application + '\n' + uid + '\n' + time_text(detected);
  if (!commit.empty()) all += '\n' + commit;
  return name + '-' + sha256_hex(all).substr(0, incident_digits);
}

std::string attempt_name(const Incident& incident) {
  return incident.id + '/' + std::to_string(incident.attempts);
}

const PutBack* put_back_under_way(const Incident& incident) {
  const bool any = !incident.put_backs.empty() && !incident.put_backs.back().ended;
  return any ? &incident.put_backs.back() : nullptr;
}

std::string put_back_name(const Incident& incident) {
  const auto number = incident.put_backs.empty() ? 0 : incident.put_backs.back().number;
  return incident.id + std::string(before_put_back) + std::to_string(number);
}

bool is_put_back_name(std::string_view attempt) {
  return attempt.find(before_put_back) != std::string_view::npos;
}

std::string incident_json(const Incident& incident) {
  JsonObject json;
  json.text("id", incident.id);
  json.text("namespace", incident.ns);
  json.text("application", incident.application);
  json.text("uid", incident.uid);
  json.text("state", incident_state_name(incident.state));
  json.text_if("reason", incident.reason);
  json.text_if("commit", incident.commit);
  json.text_if("severity", incident.severity);
  json.text_if("action", incident.action);
  json.text_if("drift", incident.drift);
  json.text_if("revision", incident.revision);
  if (incident.rolls_back) json.flag("rollbackOnFailure", true);
  if (incident.rollback) json.json("rollback", rollback_json(*incident.rollback));
  json.json("notify", json_list(incident.notify, json_string));
  json.json("objects", json_list(incident.objects, object_json));
  json.number("more", incident.more);
  json.number("attempts", incident.attempts);
  if (!incident.put_backs.empty()) json.json("putBack", json_list(incident.put_backs, put_back_json));
  json.text("detected", time_text(incident.detected));
  json.text("changed", time_text(incident.changed));
  time_if(json, "lastAttempt", incident.last_attempt);
  time_if(json, "next", incident.next);
  time_if(json, "ended", incident.ended);
  escalation_in(json, incident);
  if (incident.escalate_after)
    json.number("escalateAfterSeconds", static_cast<std::uint64_t>(incident.escalate_after->count()));
  return json.str();
}

std::string incident_note(const Incident& incident) {
  JsonObject json;
  json.text("id", incident.id);
  json.text("state", incident_state_name(incident.state));
  json.text("severity", cut(incident.severity, longest_note_text));
  json.text("action", incident.action);
  json.json("notify", json_list(incident.notify, [](const auto& channel) {
              return json_string(cut(channel, longest_note_text));
            }));
  json.text("reason", cut(incident.reason, longest_note_reason));
  json.text("since", time_text(incident.detected));
  json.text("changed", time_text(incident.changed));
  json.number("attempts", incident.attempts);
  escalation_in(json, incident);
  const auto listed = std::min(incident.objects.size(), most_note_objects);
  json.json("objects", json_list(std::span(incident.objects).first(listed), [](const IncidentObject& object) {
              return json_string(cut(object.object + " " + object.state, longest_note_reason));
            }));
  json.number("more", incident.more + incident.objects.size() - listed);
  return json.str();
}

Incident read_incident(std::string_view json) {
  const auto document = parse_json(incident_file, json);
  const Fields fields(document, incident_file);
  Incident incident;
  incident.id = fields.text("id");
  incident.ns = fields.text("namespace");
  incident.application = fields.text("application");
  incident.uid = fields.text("uid");
  incident.state = state_in(fields);
  incident.reason = fields.text_or_empty("reason");
  incident.commit = fields.text_or_empty("commit");
  incident.severity = fields.text_or_empty("severity");
  incident.action = fields.text_or_empty("action");
  incident.drift = fields.text_or_empty("drift");
  incident.revision = fields.text_or_empty("revision");
  incident.rolls_back = fields.flag("rollbackOnFailure");
  incident.rollback = rollback_in(fields, incident.state);
  incident.notify = fields.texts("notify");
  for (const auto& object : fields.objects("objects"))
    incident.objects.push_back(
        {object.text("object"), object.text("state"), object.text_or_empty("severity")});
  incident.more = count_in(fields, "more");
  incident.attempts = count_in(fields, "attempts");
  for (const auto& put_back : fields.objects("putBack")) incident.put_backs.push_back(put_back_in(put_back));
  incident.detected = demanded_time(fields, "detected");
  incident.changed = demanded_time(fields, "changed");
  incident.last_attempt = time_in(fields, "lastAttempt");
  incident.next = time_in(fields, "next");
  incident.ended = time_in(fields, "ended");
  if (fields.find("escalateAfterSeconds"))
    incident.escalate_after = std::chrono::seconds(count_in(fields, "escalateAfterSeconds"));
  incident.escalated = time_in(fields, "escalated");
  incident.escalations = count_in(fields, "escalations");
  return incident;
}

}  // namespace drift::api
