// The review of a period, from records, incidents and Applications as they may be.
#include "audit/review.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/report.hpp"
#include "audit/review_output.hpp"
#include "json/read.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using namespace std::chrono_literals;
using audit::Count;
using tests::contains;

Time at(const std::string& text) {
  return parse_time(text).value();
}

// A Service whose type and ports were changed, and a Deployment that was deleted.
std::string drift_report() {
  api::ObjectReport service;
  service.version = "v1";
  service.kind = "Service";
  service.name = "web";
  service.state = api::State::drifted;
  service.severity = service.approval_severity = "medium";
  for (const auto* pointer : {"/spec/ports", "/spec/type"}) {
    api::Difference difference;
    difference.pointer = pointer;
    difference.severity = difference.approval_severity = "medium";
    service.differences.push_back(difference);
  }
  api::ObjectReport deployment = service;
  deployment.kind = "Deployment";
  deployment.state = api::State::deleted;
  deployment.differences.clear();
  api::ObjectReport same = service;
  same.kind = "Secret";
  same.state = api::State::in_sync;
  api::Report report;
  report.application = "shop";
  report.severity = report.approval_severity = "medium";
  report.objects = {service, deployment, same};
  return api::report_json(report);
}

// A sync without drift that lasted a minute, complete.
api::Record clean(const std::string& from, const std::string& to, const std::string& ended) {
  api::Record record;
  record.hook = "audit";
  record.from = from;
  record.to = to;
  record.state = "passed";
  record.report = R"({"version":1})";
  record.times.ended = ended;
  return record;
}

api::Record drifted(const std::string& to, const std::string& detected, const std::string& ended) {
  auto record = clean(to, to, ended);
  record.severity = "medium";
  record.drift = "d1";
  record.report = drift_report();
  record.times.detected = detected;
  record.times.decided = ended;
  return record;
}

struct Case {
  audit::ReviewInput input;

  Case() {
    input.since = at("2026-11-01T00:00:00Z");
    input.until = at("2026-12-01T00:00:00Z");
    input.argocd_ns = "argocd";
    input.incidents.emplace();
  }
  Case& add(const std::string& application, const api::Record& record) {
    audit::Row row;
    row.entry.sequence = input.rows.size() + 1;
    row.entry.application = application;
    row.entry.source = application + "-1";
    row.entry.time = record.times.ended;
    row.json = api::record_json(record);
    row.record = api::read_record(row.json);
    input.rows.push_back(std::move(row));
    return *this;
  }
  Case& add_encrypted(const std::string& application, const std::string& time) {
    add(application, clean("", "", time));
    input.rows.back().record.reset();
    input.rows.back().json.clear();
    return *this;
  }
  Case& add(const std::string& id, api::IncidentState state, const std::string& detected,
            const std::string& ended) {
    api::Incident incident;
    incident.id = id;
    incident.ns = "argocd";
    incident.application = "shop";
    incident.severity = "medium";
    incident.state = state;
    incident.detected = incident.changed = at(detected);
    if (!ended.empty()) incident.ended = at(ended);
    input.incidents->push_back(std::move(incident));
    return *this;
  }
  audit::Review review() const { return audit::review(input); }
};

constexpr auto resolved = api::IncidentState::resolved;
}  // namespace

TEST_SUITE("audit review") {
  TEST_CASE("syncs are counted by severity and outcome, those of the period alone") {
    Case c;
    c.add("shop", clean("", "r0", "2026-10-31T23:59:59Z"));
    c.add("shop", clean("r0", "r1", "2026-11-01T00:00:00Z"));
    c.add("shop", drifted("r1", "2026-11-02T00:00:00Z", "2026-11-02T00:01:00Z"));
    auto refused = drifted("r1", "2026-11-03T00:00:00Z", "2026-11-03T00:01:00Z");
    refused.outcome = api::Outcome::refused;
    c.add("shop", refused).add_encrypted("ledger", "2026-11-04T00:00:00Z");
    c.add("shop", clean("r1", "r2", "2026-12-01T00:00:01Z"));
    CHECK(c.review().syncs ==
          std::vector<Count>{
              {"", "encrypted", 1}, {"", "synced", 1}, {"medium", "refused", 1}, {"medium", "synced", 1}});
  }

  TEST_CASE(
      "incidents count that were open in the period; the time to resolve is of those that ended in it") {
    Case c;
    c.add("before", resolved, "2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z");
    c.add("long", resolved, "2026-10-31T00:00:00Z", "2026-11-02T00:00:00Z");
    c.add("short", resolved, "2026-11-05T00:00:00Z", "2026-11-05T00:00:30Z");
    c.add("mid", resolved, "2026-11-06T00:00:00Z", "2026-11-06T00:10:00Z");
    c.add("still", api::IncidentState::held, "2026-11-07T00:00:00Z", "");
    c.add("later", resolved, "2026-11-29T00:00:00Z", "2026-12-02T00:00:00Z");
    c.add("moved on", api::IncidentState::superseded, "2026-11-08T00:00:00Z", "2026-11-09T00:00:00Z");
    c.add("after", resolved, "2026-12-05T00:00:00Z", "2026-12-06T00:00:00Z");
    const auto review = c.review();
    CHECK(review.incidents ==
          std::vector<Count>{{"medium", "held", 1}, {"medium", "resolved", 4}, {"medium", "superseded", 1}});
    CHECK(review.resolved.count == 3);
    CHECK(review.resolved.median == 10min);
    CHECK(review.resolved.slowest.front().what == "long");
    CHECK(review.resolved.slowest.front().time == 48h);
    CHECK(review.resolved.slowest.back().what == "short");
  }

  TEST_CASE("of an even number of times the shorter one of the middle is the median, and ten are listed") {
    Case c;
    for (int second = 1; second <= 12; ++second)
      c.add(fmt::format("i{}", second), resolved, "2026-11-05T00:00:00Z",
            fmt::format("2026-11-05T00:00:{:02}Z", second));
    const auto review = c.review();
    CHECK(review.resolved.median == 6s);
    CHECK(review.resolved.slowest.size() == audit::most_listed);
    CHECK(review.resolved.slowest.front().what == "i12");
  }

  TEST_CASE("what drifts most: applications by syncs and incidents, fields of all applications together") {
    Case c;
    c.add("shop", drifted("r1", "2026-11-02T00:00:00Z", "2026-11-02T00:01:00Z"));
    c.add("shop", drifted("r1", "2026-11-03T00:00:00Z", "2026-11-03T00:03:00Z"));
    c.add("ledger", drifted("r1", "2026-11-04T00:00:00Z", "2026-11-04T00:02:00Z"));
    c.add("quiet", clean("", "r1", "2026-11-05T00:00:00Z"));
    c.add("i1", resolved, "2026-11-02T00:00:00Z", "2026-11-02T00:01:00Z");
    auto torn = drifted("r1", "2026-11-06T00:00:00Z", "2026-11-06T00:02:00Z");
    torn.report = R"({"version":99})";
    c.add("torn", torn);
    const auto review = c.review();
    REQUIRE(review.applications.size() == 3);
    CHECK(review.applications[0].application == "shop");
    CHECK(review.applications[0].syncs == 2);
    CHECK(review.applications[0].incidents == 1);
    REQUIRE(review.fields.size() == 3);  // what is in sync is none
    CHECK(review.fields[0].field == "Deployment deleted");
    CHECK(review.fields[2].field == "Service /spec/type");
    CHECK(review.fields[2].syncs == 3);
    CHECK(review.fields[2].applications == 2);
    CHECK(review.unread_reports == 1);
    CHECK(review.put_right.median == 2min);
    CHECK(review.put_right.slowest.front().what == "record 2");
  }

  TEST_CASE("a commit that is synced is no drift, an incident of another namespace has its name in records") {
    Case c;
    c.add("i1", resolved, "2026-11-02T00:00:00Z", "2026-11-02T00:01:00Z");
    c.input.incidents->back().commit = "digest";
    c.input.incidents->back().severity.clear();
    c.add("i2", resolved, "2026-11-02T00:00:00Z", "2026-11-02T00:01:00Z");
    c.input.incidents->back().ns = "team";
    const auto review = c.review();
    REQUIRE(review.applications.size() == 1);
    CHECK(review.applications[0].application == "team_shop");
  }

  TEST_CASE("people: who answered how often and how fast; overrides and rejections with their reasons") {
    Case c;
    auto approved = drifted("r1", "2026-11-02T00:00:00Z", "2026-11-02T00:01:00Z");
    approved.answers = {{"approve", "ann", "planned", "d1"}, {"approve", "bob", "seen", "d1"}};
    c.add("shop", approved);
    auto forced = drifted("r1", "2026-11-03T00:00:00Z", "2026-11-03T00:09:00Z");
    forced.severity = "critical";
    forced.answers = {{"override", "ann", "outage 7", "d2"}};
    c.add("shop", forced);
    auto refused = drifted("r1", "2026-11-04T00:00:00Z", "2026-11-04T00:02:00Z");
    refused.outcome = api::Outcome::refused;
    refused.answers = {{"reject", "bob", "not today", "d1"}};
    refused.times.decided.clear();
    c.add("ledger", refused);
    const auto review = c.review();
    REQUIRE(review.people.size() == 2);
    const auto& ann = review.people[0];
    CHECK(ann.name == "ann");
    CHECK(ann.approvals == 1);
    CHECK(ann.overrides == 1);
    CHECK(ann.gates.count == 2);
    CHECK(ann.gates.slowest.front().time == 9min);
    CHECK(review.people[1].rejections == 1);
    CHECK(review.people[1].gates.count == 1);  // when the gate of the other decided isn't known
    REQUIRE(review.decisions.size() == 2);
    CHECK(review.decisions[0].action == "override");
    CHECK(review.decisions[0].severity == "critical");
    CHECK(review.decisions[0].reason == "outage 7");
    CHECK(review.decisions[0].time == "2026-11-03T00:09:00Z");
    CHECK(review.decisions[1].person == "bob");
    CHECK(review.decisions[1].time == "2026-11-04T00:02:00Z");
    CHECK(review.decisions[1].record == 3);
  }

  TEST_CASE("what a record lacks is said of it, and what it shows of a bypass") {
    struct Lack {
      const char* why;
      const char* bypass;  // empty: none
      void (*make)(api::Record&);
    };
    const Lack lacks[] = {
        {"the gate's Job was deleted", audit::gate_deleted, [](auto& r) { r.state = api::state_missing; }},
        {"without waiting for its gate", audit::gate_not_awaited,
         [](auto& r) { r.state = api::state_not_awaited; }},
        {"was deleted or changed: report, alert", audit::evidence_deleted,
         [](auto& r) {
           r.missing = {"report", "alert"};
         }},
        {"the gate's report isn't in it", "", [](auto& r) { r.report.clear(); }},
        {"too large to be whole", "", [](auto& r) {
           r.verdicts.resize(40'000, {"Service a/b", "low", "", ""});
         }}};
    for (const auto& lack : lacks) {
      CAPTURE(lack.why);
      Case c;
      auto record = clean("", "r1", "2026-11-02T00:00:00Z");
      lack.make(record);
      c.add("shop", record).add("ledger", clean("", "r1", "2026-11-02T00:00:00Z"));
      const auto review = c.review();
      CHECK(review.compliance.complete == 1);
      REQUIRE(review.compliance.incomplete.size() == 1);
      CHECK(review.compliance.incomplete[0].record == 1);
      CHECK(contains(review.compliance.incomplete[0].why, lack.why));
      CHECK(review.bypasses.size() ==
            (*lack.bypass == '\0' ? 0 : std::max<std::size_t>(record.missing.size(), 1)));
      for (const auto& bypass : review.bypasses) CHECK(bypass.kind == lack.bypass);
    }
  }

  TEST_CASE("a failed sync needs no report, one that succeeded does") {
    Case c;
    auto failed = clean("", "r1", "2026-11-02T00:00:00Z");
    failed.outcome = api::Outcome::failed;
    failed.report.clear();
    c.add("shop", failed);
    CHECK(c.review().compliance.complete == 1);
  }

  TEST_CASE("a sync of which only the next record knows has none") {
    Case c;
    c.add("shop", clean("r0", "r1", "2026-10-02T00:00:00Z"));
    c.add("shop", clean("r1", "r2", "2026-11-02T00:00:00Z"));
    c.add("ledger", clean("other", "r1",
                          "2026-11-02T00:00:00Z"));  // the first of it: retention may have had the others
    c.add("shop", clean("lost", "r4", "2026-11-03T00:00:00Z"));
    auto again = clean("lost", "r5", "2026-11-04T00:00:00Z");
    again.outcome = api::Outcome::failed;
    c.add("shop", again);  // the same one, not another
    const auto compliance = c.review().compliance;
    REQUIRE(compliance.unrecorded.size() == 1);
    CHECK(compliance.unrecorded[0].application == "shop");
    CHECK(compliance.unrecorded[0].why == "record 4 follows revision lost, of whose sync there is no record");
    CHECK(compliance.recorded == 4);
    CHECK(compliance.seen() == 5);
  }

  TEST_CASE("behind a record that can't be read no sync is called unrecorded") {
    Case c;
    c.add("shop", clean("", "r1", "2026-11-02T00:00:00Z")).add_encrypted("shop", "2026-11-03T00:00:00Z");
    c.add("shop", clean("r2", "r3", "2026-11-04T00:00:00Z"));
    c.input.applications = {{"shop", at("2026-11-05T00:00:00Z"), {"r4"}, {}}};
    CHECK(c.review().compliance.unrecorded.empty());
    CHECK(c.review().compliance.encrypted == 1);
  }

  TEST_CASE("an Application's newest sync is looked for in the records, and those without any are named") {
    Case c;
    c.add("shop", clean("", "r1", "2026-11-02T00:00:00Z"));
    auto failed = clean("r1", "r2", "2026-11-03T00:00:00Z");
    failed.outcome = api::Outcome::failed;
    c.add("shop", failed);
    const auto unrecorded = [&](const char* revision, const char* time) {
      c.input.applications = {{"shop", at(time), {revision}, {}}, {"none", at(time), {"r1"}, {}}};
      const auto compliance = c.review().compliance;
      CHECK(compliance.gated == 2);
      CHECK(compliance.without_record == std::vector<std::string>{"none"});
      return compliance.unrecorded.size();
    };
    CHECK(unrecorded("r1", "2026-11-02T00:00:00Z") == 0);
    CHECK(unrecorded("r2", "2026-11-04T00:00:00Z") == 1);  // recorded as failed only
    CHECK(unrecorded("r9", "2026-11-04T00:00:00Z") == 1);
    CHECK(unrecorded("r9", "2026-12-04T00:00:00Z") == 0);  // after the period
  }

  TEST_CASE("what an Application shows of a bypass counts where it is of the period, or so now") {
    Case c;
    c.input.applications = {{"shop",
                             {},
                             {},
                             {{"noPlugin", "shop", "a source doesn't name it", ""},
                              {"applyOnlySync", "shop", "a sync", "2026-11-05T00:00:00Z"},
                              {"noGate", "shop", "a sync", "2026-10-05T00:00:00Z"}}}};
    const auto review = c.review();
    REQUIRE(review.bypasses.size() == 2);
    CHECK(review.bypasses[0].kind == "noPlugin");
    CHECK(review.bypasses[1].kind == "applyOnlySync");
  }

  TEST_CASE("JSON and the pages say what isn't known, and hold the same figures") {
    Case c;
    c.add("shop", drifted("r1", "2026-11-02T00:00:00Z", "2026-11-02T00:01:00Z"));
    c.add_encrypted("shop", "2026-11-03T00:00:00Z");
    c.input.verification.problems = {{audit::Problem::Kind::removed, 3, "record 3 is not there"}};
    c.input.verification.sequence = 4;
    c.input.incidents.reset();
    const auto review = c.review();
    const auto json = parse_json("review", audit::review_json(review));
    CHECK(number_of(json["compliance"], "syncs") == 2);
    CHECK(number_of(json["compliance"], "encrypted") == 1);
    CHECK(json["compliance"]["chain"]["problems"].Size() == 1);
    CHECK_FALSE(json.HasMember("incidents"));
    CHECK_FALSE(json["compliance"].HasMember("gatedApplications"));
    CHECK(number_of(json["putRight"], "medianSeconds") == 60);
    const auto text = report::as_text(audit::review_document(review));
    CHECK(contains(text, "From 2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z.\n"));
    CHECK(contains(text, "Incidents\nThey were not looked at.\n"));
    CHECK(contains(text, "1 of 2 syncs seen have a complete record.\n"));
    CHECK(contains(text, "1 record is encrypted and can't be read without its key"));
    CHECK(contains(text, "The chain of records is broken: removed: record 3 is not there\n"));
    CHECK(contains(text, "SEVERITY  ENCRYPTED  SYNCED"));
  }

  TEST_CASE("a period of which nothing is known gives a review all the same") {
    const auto review = Case().review();
    const auto text = report::as_text(audit::review_document(review));
    for (const auto* line :
         {"0 recorded syncs.", "0 incidents.", "No incident was resolved.", "None drifted.",
          "Nobody answered a gate.", "0 of 0 syncs seen", "There are no records."})
      CHECK(contains(text, line));
    CHECK(parse_json("review", audit::review_json(review)).IsObject());
  }
}
