// An incident as it is stored, and read again.
#include "api/incident.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace drift;

namespace {

const std::string stored =
    R"({"action":"approve","application":"web","attempts":2,"changed":"2026-11-29T10:05:00Z","detected":"2026-11-29T10:00:00Z",)"
    R"("drift":"6f8a","id":"web-1f3c9a02","lastAttempt":"2026-11-29T10:05:00Z","more":1,"namespace":"argocd",)"
    R"("next":"2026-11-29T10:06:00Z","notify":["slack"],"objects":[{"object":"Service shop/web","severity":"medium","state":"drifted"}],)"
    R"("reason":"sync 2 is asked for","revision":"4f1e","severity":"medium","state":"syncing","uid":"u1"})";

std::string refusal(std::string text, const std::string& what, const std::string& by) {
  text.replace(text.find(what), what.size(), by);
  try {
    api::read_incident(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("An incident is read as it was written") {
  const auto incident = api::read_incident(stored);
  CHECK(incident.state == api::IncidentState::syncing);
  CHECK(incident.objects.front() == api::IncidentObject{"Service shop/web", "drifted", "medium"});
  CHECK_FALSE(incident.ended);
  CHECK(api::attempt_name(incident) == "web-1f3c9a02/2");
  CHECK(api::incident_json(incident) == stored);
}

TEST_CASE("A rollback is read as it was written, and its states demand one") {
  std::string text = stored;
  const std::string rollback =
      R"("rollback":{"failed":"d1 d2","from":"4f1e","history":7,"to":"3a2b","why":"sync 2 failed"},"rollbackOnFailure":true,)";
  text.insert(text.rfind(R"("severity":"medium","state")"), rollback);
  text.replace(text.find("syncing"), 7, "rolledBack");
  const auto incident = api::read_incident(text);
  CHECK(incident.state == api::IncidentState::rolled_back);
  CHECK(incident.rollback->history == 7);
  CHECK(incident.rolls_back);
  CHECK(api::incident_json(incident) == text);
  CHECK(refusal(stored, R"("state":"syncing")", R"("state":"rollingBack")") ==
        "incident.json.rollback: expected a mapping in this state");
  CHECK(refusal(text, R"("history":7,"to":"3a2b",)", "") ==
        "incident.json.rollback.to: expected a revision in this state");
}

TEST_CASE("A commit is read as it was written, and has an id of its own") {
  std::string text = stored;
  text.insert(text.find(R"("detected":)"), R"("commit":"d1 d2",)");
  const auto incident = api::read_incident(text);
  CHECK(api::is_commit(incident));
  CHECK(api::incident_json(incident) == text);
  CHECK_FALSE(api::is_commit(api::read_incident(stored)));
  const auto id = api::incident_id("argocd", "web", "u1", incident.detected);
  CHECK(api::incident_id("argocd", "web", "u1", incident.detected, "d1 d2") != id);
  CHECK(api::incident_id("argocd", "web", "u1", incident.detected, "d1 d2") !=
        api::incident_id("argocd", "web", "u1", incident.detected, "d1 d3"));
}

TEST_CASE("An escalation is read as it was written, and shown") {
  std::string text = stored;
  text.insert(text.find(R"("id":)"),
              R"("escalateAfterSeconds":3600,"escalated":"2026-11-29T11:05:00Z","escalations":2,)");
  const auto incident = api::read_incident(text);
  CHECK(incident.escalate_after == std::chrono::hours(1));
  CHECK(api::incident_json(incident) == text);
  CHECK(api::incident_note(incident).find(R"("escalated":"2026-11-29T11:05:00Z","escalations":2,)") !=
        std::string::npos);
}

TEST_CASE(
    "What was put back by syncs of some objects is read as it was written, and each has a name of its own") {
  std::string text = stored;
  text.insert(
      text.find(R"("reason":)"),
      R"("putBack":[{"asked":"2026-11-29T10:01:00Z","ended":"2026-11-29T10:01:02Z","message":"no room","number":1,)"
      R"("objects":["Service shop/web"],"outcome":"Failed","revision":"4f1e"},)"
      R"({"asked":"2026-11-29T10:04:00Z","number":2,"objects":["Service shop/api"]}],)");
  const auto incident = api::read_incident(text);
  REQUIRE(incident.put_backs.size() == 2);
  CHECK(incident.put_backs[0].message == "no room");
  CHECK(incident.put_backs[0].ended);
  CHECK(api::put_back_under_way(incident) == &incident.put_backs[1]);
  CHECK(api::put_back_name(incident) == "web-1f3c9a02/objects-2");
  CHECK(api::is_put_back_name("web-1f3c9a02/objects-2"));
  CHECK_FALSE(api::is_put_back_name(api::attempt_name(incident)));
  CHECK(api::incident_json(incident) == text);
  CHECK(api::put_back_under_way(api::read_incident(stored)) == nullptr);
}

TEST_CASE("What stands on the Application tells people what they need, and stays short") {
  auto incident = api::read_incident(stored);
  CHECK(
      api::incident_note(incident) ==
      R"({"action":"approve","attempts":2,"changed":"2026-11-29T10:05:00Z","id":"web-1f3c9a02","more":1,"notify":["slack"],)"
      R"("objects":["Service shop/web drifted"],"reason":"sync 2 is asked for","severity":"medium",)"
      R"("since":"2026-11-29T10:00:00Z","state":"syncing"})");
  const std::string endless(5000, 'x');
  incident.reason = incident.severity = endless;
  incident.notify = {endless};
  incident.objects.assign(20, {endless, "drifted", "medium"});
  CHECK(api::incident_note(incident).size() < 8192);
}

TEST_CASE("What is no incident is refused with its place") {
  CHECK(refusal(stored, R"("state":"syncing")", R"("state":"fine")") ==
        "incident.json.state: expected held, syncing, failed, refused, exhausted, rollingBack, rolledBack, "
        "rollbackFailed, resolved or superseded");
  CHECK(refusal(stored, R"("attempts":2)", R"("attempts":-2)") ==
        "incident.json.attempts: expected a number that is not negative");
  CHECK(refusal(stored, "10:06:00Z", "soon") ==
        "incident.json.next: expected a time such as 2026-11-29T10:00:00Z");
  CHECK(refusal(stored, R"("uid":"u1")", R"("uid":1)") != "");
}

TEST_CASE("An incident's name tells applications and times apart, and is short enough for a ConfigMap") {
  const Time time{};
  const auto id = api::incident_id("argocd", "web", "u1", time);
  CHECK(id.starts_with("web-"));
  CHECK(id.size() == 12);
  for (const auto& other :
       {api::incident_id("team", "web", "u1", time), api::incident_id("argocd", "web", "u2", time),
        api::incident_id("argocd", "web", "u1", time + std::chrono::seconds(1))})
    CHECK(other != id);
  CHECK(api::incident_id("argocd", std::string(62, 'a') + "-" + std::string(180, 'b'), "u1", time).size() ==
        62 + 9);
}
