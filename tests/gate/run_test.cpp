// The gate where nobody is waited for: what goes by itself, what ends at once, what is only observed, and what is written.
#include "gate/run.hpp"

#include <algorithm>

#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = gate::GateEnd::How;
using std::chrono::hours;
using std::chrono::seconds;
}  // namespace

TEST_SUITE("gate") {
  TEST_CASE("without drift the sync goes on, and the report says so") {
    GateCase place;
    CHECK(place.run().how == How::passed);
    CHECK(place.state() == "passed");
    CHECK(place.note("reason") == "nothing has drifted");
    CHECK(place.note("cause") == "noDrift");
    CHECK(place.note("alert").empty());
    CHECK(has(place.file(place.names.report(), "report.json"), R"("planDigest":")" + place.digest()));
    CHECK_FALSE(place.alerted());
  }

  TEST_CASE("low drift goes by itself") {
    GateCase place;
    place.drift("low");
    CHECK(place.run().how == How::passed);
    CHECK(place.note("reason") == "drift of severity low goes by itself");
    CHECK(place.note("cause") == "unattended");
    CHECK(place.note("waiting-since").empty());
  }

  TEST_CASE("high drift is an alert at once, and restored") {
    GateCase place;
    place.drift("high");
    CHECK(place.run().how == How::passed);
    const auto alert = place.file(place.names.emergency(), "emergency.json");
    CHECK(has(alert, R"("planDigest":")" + place.digest()));
    CHECK(has(alert, "Service shop/high"));
    CHECK(has(alert, R"("action":"restore")"));
    CHECK_FALSE(has(alert, "Service shop/low"));
    CHECK(place.note("alert") == "raised");
    const auto object = place.kubernetes.stored(place.config_map(place.names.emergency()));
    CHECK(std::string(object["metadata"]["labels"]["alert-type"].GetString()) == "emergency");
  }

  TEST_CASE("a stop that nobody may override ends at once, with an alert") {
    Severities severities;
    severities.critical = nobody_overrides;
    GateCase place(severities);
    place.drift("critical");
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(has(end.reason, "the policy lets nobody override that"));
    CHECK(place.clock.now() == begin);
    CHECK(place.alerted());
    CHECK(place.message() == end.reason);
    CHECK(place.note("cause") == "held");
    const auto report = place.kubernetes.stored(place.config_map(place.names.report()));
    CHECK(text_at(report, {"metadata", "annotations", "drift-policy.dev/cause"}) == "held");
  }

  TEST_CASE("observe reports everything, waits for nobody and lets everything pass") {
    Severities severities;
    severities.critical = nobody_overrides;
    GateCase place(severities, true);
    place.drift("critical");
    place.drift("medium");
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::passed);
    CHECK(end.reason.starts_with("observed only: drift "));
    CHECK(place.clock.now() == begin);
    CHECK(has(place.file(place.names.report(), "report.json"), "\"critical\""));
  }

  TEST_CASE("observe lets pass what it can't even look at") {
    GateCase place({}, true);
    place.kubernetes.forbid("get", place.config_map(place.names.plan()));
    CHECK(place.run().how == How::passed);
    place.kubernetes.fail(1, FakeKubernetes::Effect::before, 0);
    CHECK(place.run().how == How::passed);
  }

  TEST_CASE("a Job that observes what the plan enforces waits all the same") {
    GateCase place;
    place.drift("medium");
    place.observed = true;
    CHECK(place.run().how == How::refused);
  }

  TEST_CASE("without a base nothing counts") {
    GateCase place;
    place.drift("critical");
    place.kubernetes.erase(place.config_map(place.names.base()));
    CHECK(place.run().reason == "there is no last sync to compare with, so nothing counts as drift");
    CHECK_FALSE(place.alerted());
  }

  TEST_CASE("no value of a Secret is in anything that it writes") {
    GateCase place;
    place.kubernetes.patch(
        place.secret(),
        R"({"metadata":{"managedFields":[{"manager":"kubectl-edit","operation":"Update","apiVersion":"v1",)"
        R"("time":"2026-01-03T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:password":{},"f:more":{}}}}]},)"
        R"("data":{"password":"c3dvcmRmaXNo","more":"b3BlbnNlc2FtZQ=="}})");
    place.drift("medium");
    place.answer_after(hours(1), "approve", "alice");
    CHECK(place.run().how == How::passed);
    const auto all = place.written();
    CHECK(has(all, "Secret shop/db"));
    for (const auto* value :
         {"hunter2", "aHVudGVyMg", "swordfish", "c3dvcmRmaXNo", "opensesame", "b3BlbnNlc2FtZQ"})
      CHECK_FALSE(has(all, value));
  }

  TEST_CASE("the last reports are kept, cut to what drifted, and no more than ten") {
    GateCase place;
    for (int sync = 0; sync < 14; ++sync) {
      place.new_job();
      place.drift("low", "Type" + std::to_string(sync));
      CHECK(place.run().how == How::passed);
      place.clock.wait(seconds(1));
    }
    const auto history = place.file(place.names.report(), "history.jsonl");
    CHECK(std::count(history.begin(), history.end(), '\n') == 10);
    CHECK(has(place.file(place.names.report(), "report.json"), "Type13"));
    CHECK(history.find("Type12") < history.find("Type3"));
    CHECK_FALSE(has(history, "Type2\""));
    // The same drift again is no news.
    place.new_job();
    CHECK(place.run().how == How::passed);
    CHECK(place.file(place.names.report(), "history.jsonl") == history);
  }

  TEST_CASE("a report of another application is no history") {
    GateCase place;
    place.drift("low", "Other");
    CHECK(place.run().how == How::passed);
    place.kubernetes.patch(place.config_map(place.names.report()),
                           R"({"metadata":{"annotations":{"drift-policy.dev/application":"sh.op"}}})");
    place.new_job();
    place.drift("low", "Ours");
    CHECK(place.run().how == How::passed);
    CHECK(has(place.file(place.names.report(), "report.json"), "Ours"));
    CHECK_FALSE(has(place.file(place.names.report(), "history.jsonl"), "Other"));
  }
}
