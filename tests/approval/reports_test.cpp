// What gates found, read from the reports that they left, and whom an enforcing policy would ask.
#include "approval/reports.hpp"

#include "base/printable.hpp"
#include "base/text.hpp"
#include "support/gate_case.hpp"

namespace {
using drift::approval::past_reports;
using drift::approval::PastReports;
using ObservedGate = drift::tests::GateCase;

// A sync whose gate observes, an hour after the one before, with one Service of each name drifted.
void observe(ObservedGate& place, const std::vector<std::string>& drifted) {
  for (const auto* name : {"low", "medium", "high", "critical"}) place.heal(name);
  for (const auto& name : drifted) place.drift(name);
  place.new_job();
  CHECK(place.run().how == drift::gate::GateEnd::How::passed);
  place.clock.wait(std::chrono::hours(1));
}

PastReports reports_of(ObservedGate& place, const drift::approval::ReportQuery& query = {}) {
  return past_reports(place.kubernetes, query, place.clock.now());
}
}  // namespace

TEST_SUITE("approval: reports") {
  TEST_CASE("each says what would have waited, and for whom, the newest first") {
    ObservedGate place({}, true);
    observe(place, {"low"});
    observe(place, {"medium", "low"});
    observe(place, {"critical"});
    const auto found = reports_of(place);
    REQUIRE(found.all.size() == 3);
    CHECK(found.unreadable == 0);
    CHECK(found.all[0].decision->asking->overrides);
    CHECK(found.all[0].decision->asking->groups == std::vector<std::string>{"security"});
    CHECK(found.all[1].decision->asking->groups == std::vector<std::string>{"platform"});
    CHECK(found.all[2].decision->step == drift::gate::Decision::Step::pass);
    for (const auto& each : found.all) {
      CHECK(each.kept.cause == "observed");
      CHECK_FALSE(each.other_plan);
    }
    const auto text = drift::approval::table(found.all);
    for (const auto line : drift::parts_of(text, '\n')) CHECK(drift::width(line) <= 80);
    CHECK(text.find("override 2  security") != std::string::npos);
    CHECK(text.find("approve 1   platform") != std::string::npos);
    CHECK(text.find("nothing     -") != std::string::npos);
  }

  TEST_CASE("they are asked for by application and time") {
    ObservedGate place({}, true);
    observe(place, {"low"});
    const auto between = place.clock.now();
    observe(place, {"medium"});
    CHECK(reports_of(place, {"", "shop", std::nullopt}).all.size() == 2);
    CHECK(reports_of(place, {"", "other", std::nullopt}).all.empty());
    CHECK(reports_of(place, {"elsewhere", "", std::nullopt}).all.empty());
    const auto late = reports_of(place, {"", "", between});
    REQUIRE(late.all.size() == 1);
    CHECK(late.all[0].kept.report.severity == "medium");
  }

  TEST_CASE("without drift there is nothing to read, and without the plan nobody knows who would be asked") {
    ObservedGate place({}, true);
    observe(place, {});
    CHECK(reports_of(place).all.empty());
    observe(place, {"medium"});
    place.kubernetes.erase(place.config_map(place.names.plan()));
    const auto found = reports_of(place);
    REQUIRE(found.all.size() == 1);
    CHECK_FALSE(found.all[0].decision);
    CHECK(drift::approval::table(found.all).find("  ?") != std::string::npos);
  }

  TEST_CASE("a report of another policy says so, and what can't be read is counted") {
    ObservedGate place({}, true);
    observe(place, {"medium"});
    drift::tests::Severities nobody;
    nobody.medium = R"("remediation":{"action":"autoSync"},"approval":{"required":0})";
    place.put_config_map(place.names.plan(), "plan", place.plan_json(nobody, "new"));
    auto found = reports_of(place);
    REQUIRE(found.all.size() == 1);
    CHECK(found.all[0].other_plan);
    CHECK(found.all[0].decision->step == drift::gate::Decision::Step::pass);
    place.kubernetes.patch(place.config_map(place.names.report()), R"({"data":{"report.json":"{}"}})");
    found = reports_of(place);
    CHECK(found.all.empty());
    CHECK(found.unreadable == 1);
  }

  TEST_CASE("machines read the decision and the report") {
    ObservedGate place({}, true);
    observe(place, {"medium"});
    const auto all = drift::parse_json("reports", drift::approval::json(reports_of(place).all));
    REQUIRE(all.Size() == 1);
    CHECK(drift::text_of(all[0], "decision") == "wait");
    CHECK(drift::text_of(all[0], "asks") == "medium");
    CHECK(drift::text_of(all[0], "cause") == "observed");
    CHECK(drift::text_at(all[0], {"report", "severity"}) == "medium");
    CHECK(all[0]["groups"][0] == "platform");
  }
}
