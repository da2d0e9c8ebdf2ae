// What is told of an incident on its Application.
#include "api/event.hpp"

#include <doctest/doctest.h>

#include <set>

#include "base/time.hpp"
#include "json/read.hpp"

using namespace drift;
using api::IncidentState;

namespace {

api::Incident told_incident(IncidentState state) {
  api::Incident incident;
  incident.id = "web-1f3c9a02";
  incident.ns = "argocd";
  incident.application = "web";
  incident.uid = "u1";
  incident.state = state;
  incident.reason = "sync 1 is asked for";
  incident.severity = "low";
  incident.action = "autoSync";
  incident.objects = {{"Service shop/web", "drifted", "low"}, {"Role shop/reader", "deleted", "low"}};
  incident.more = 3;
  incident.attempts = 1;
  incident.detected = *parse_time("2026-11-29T10:00:00Z");
  incident.changed = *parse_time("2026-11-29T10:05:00Z");
  return incident;
}

api::Event told_event(const api::Incident& incident) {
  const auto events = api::events_of(incident);
  REQUIRE(events.size() == 1);
  return events.front();
}

// DNS-1123, subdomain (Kubernetes, Object Names and IDs).
bool is_object_name(const std::string& name) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.empty() || name.size() > 253) return false;
  char before = '.';
  for (const char c : name + '.') {
    if (!is_word(c) && c != '-' && c != '.') return false;
    if (c == '.' && !is_word(before)) return false;
    if (c == '-' && before == '.') return false;
    before = c;
  }
  return true;
}

}  // namespace

TEST_CASE("Each state has its reason, and a person is warned where he should look") {
  struct Row {
    IncidentState state;
    std::string drift, commit;
    bool warns;
  };
  const std::vector<Row> rows = {
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
  };
  std::set<std::string> names;
  for (const auto& row : rows) {
    CAPTURE(row.drift);
    auto incident = told_incident(row.state);
    const auto event = told_event(incident);
    CHECK(event.reason == row.drift);
    CHECK(event.warns == row.warns);
    CHECK(event.at == incident.changed);
    CHECK(is_object_name(event.name));
    names.insert(event.name);
    incident.commit = "d1 d2";
    CHECK(told_event(incident).reason == row.commit);
    CHECK(told_event(incident).warns == row.warns);
  }
  CHECK(names.size() == rows.size());
  CHECK(api::incident_state_name(static_cast<IncidentState>(rows.size())).empty());  // no state is missing
}

TEST_CASE("What the policy stops waits for a person, so that is a warning") {
  auto incident = told_incident(IncidentState::held);
  incident.action = "stop";
  CHECK(told_event(incident).warns);
  incident.state = IncidentState::superseded;
  CHECK_FALSE(told_event(incident).warns);
}

TEST_CASE("What is told is a sentence: of what, how bad, what is done and why") {
  auto incident = told_incident(IncidentState::syncing);
  CHECK(
      told_event(incident).message ==
      "Incident web-1f3c9a02, drift of severity low (Service shop/web drifted, and 4 more): sync 1 is asked "
      "for");
  incident.objects.resize(1);
  incident.more = 0;
  incident.commit = "d1 d2";
  CHECK(told_event(incident).message ==
        "Incident web-1f3c9a02, a new commit and drift of severity low (Service shop/web drifted): sync 1 is "
        "asked for");
  incident.severity.clear();
  CHECK(told_event(incident).message == "Incident web-1f3c9a02, a new commit: sync 1 is asked for");
  incident.commit.clear();
  incident.objects.clear();
  incident.reason.clear();
  CHECK(told_event(incident).message == "Incident web-1f3c9a02, drift of a severity that isn't known");
}

TEST_CASE("A message has at most 1024 bytes, whole characters, and nothing that turns a terminal") {
  auto incident = told_incident(IncidentState::failed);
  incident.reason = "\x1b[31m\nred";
  CHECK(told_event(incident).message.find('\x1b') == std::string::npos);
  CHECK(told_event(incident).message.find('\n') == std::string::npos);
  for (std::size_t shift = 0; shift < 3; ++shift) {
    CAPTURE(shift);
    incident.reason = std::string(shift, 'x');
    for (int i = 0; i < 500; ++i) incident.reason += "\u20ac";
    const auto message = told_event(incident).message;
    CHECK(message.size() <= api::longest_event_message);
    CHECK(message.size() > api::longest_event_message - 6);
    CHECK(message.ends_with("\u20ac\u2026"));
  }
}

TEST_CASE("Whoever tells the same state gives it the same name, and another state or time another one") {
  const auto incident = told_incident(IncidentState::syncing);
  const auto name = told_event(incident).name;
  CHECK(name.starts_with("web-1f3c9a02."));
  CHECK(told_event(api::read_incident(api::incident_json(incident))).name == name);
  auto same = incident;
  same.reason = "another one";
  same.next = incident.changed;
  CHECK(told_event(same).name == name);
  auto second = incident;
  second.attempts = 2;
  CHECK(told_event(second).name != name);
  auto later = incident;
  later.changed += std::chrono::seconds(1);
  CHECK(told_event(later).name != name);
  auto longest = incident;
  longest.id = std::string(235, 'a') + ".b" + std::string(100, 'c');
  CHECK(is_object_name(told_event(longest).name));
}

TEST_CASE("An escalation is told besides, each once") {
  auto incident = told_incident(IncidentState::syncing);
  incident.escalated = *parse_time("2026-11-29T14:05:00Z");
  incident.escalations = 1;
  const auto events = api::events_of(incident);
  REQUIRE(events.size() == 2);
  CHECK(events[0].name == told_event(told_incident(IncidentState::syncing)).name);
  CHECK(events[1].reason == "DriftEscalated");
  CHECK(events[1].warns);
  CHECK(events[1].at == *incident.escalated);
  CHECK(
      events[1].message ==
      "Incident web-1f3c9a02, drift of severity low (Service shop/web drifted, and 4 more) waits longer than "
      "escalateAfter, so more people are told: sync 1 is asked for");
  CHECK(is_object_name(events[1].name));
  incident.escalations = 2;
  CHECK(api::events_of(incident)[1].name != events[1].name);
  incident.commit = "d1 d2";
  CHECK(api::events_of(incident)[1].reason == "CommitEscalated");
}

TEST_CASE("An Event is about the Application, as kubectl and Argo CD look for it") {
  auto event = told_event(told_incident(IncidentState::refused));
  const auto object = api::event_object(event);
  CHECK(
      to_json(object) ==
      R"({"apiVersion":"v1","kind":"Event","metadata":{"name":")" + event.name +
          R"(","namespace":"argocd"},"involvedObject":{"apiVersion":"argoproj.io/v1alpha1","kind":"Application",)"
          R"("namespace":"argocd","name":"web","uid":"u1"},"source":{"component":"drift-policy-controller"},)"
          R"("reportingComponent":"drift-policy-controller","type":"Warning","reason":"DriftRefused","message":")" +
          event.message +
          R"(","firstTimestamp":"2026-11-29T10:05:00Z","lastTimestamp":"2026-11-29T10:05:00Z","count":1})");
  event.warns = false;
  CHECK(text_at(api::event_object(event), {"type"}) == "Normal");
}
