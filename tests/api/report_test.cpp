// report.json: one form, bounded, and read back as it was.
#include "api/report.hpp"

#include <fmt/format.h>

#include "json/canonical.hpp"
#include "support/drift_input.hpp"
#include "support/drift_objects.hpp"

namespace {
using namespace drift;
using api::read_report;
using api::report_json;
using tests::Dice;
using tests::Lines;

std::string random_text(Dice& dice) {
  constexpr std::array<const char*, 8> texts = {"", "a", "ü", "\n\t\"\\", "\x1b[31m", "\xff", "1", "a/b~c"};
  return texts[dice.roll(texts.size())];
}

api::Difference random_difference(Dice& dice) {
  api::Difference one;
  one.pointer = "/spec/" + random_text(dice);
  one.change = static_cast<api::Change>(dice.roll(3));
  if (dice.chance(2)) one.guarded = "field";
  if (dice.chance(2)) one.wanted = random_text(dice);
  if (dice.chance(2)) one.base = random_text(dice);
  if (dice.chance(2)) one.live = random_text(dice);
  if (dice.chance(2)) one.live_digest = "abc";
  one.severity = dice.chance(2) ? "low" : "high";
  one.approval_severity = "low";
  if (dice.chance(2)) one.last = {random_text(dice), "Update", random_text(dice), "2026-11-25T00:00:00Z"};
  return one;
}

api::Report random_report(Dice& dice) {
  api::Report report;
  report.application = "shop";
  report.revision = "1";
  if (dice.chance(2)) report.base_revision = "0";
  report.has_base = !dice.chance(3);
  if (report.has_base && dice.chance(2)) report.base_time = "2026-11-24T10:00:00Z";
  if (!report.has_base && dice.chance(2)) report.base_problem = random_text(dice);
  report.plan_digest = "sha256:0";
  if (dice.chance(2)) report.severity = report.approval_severity = "high";
  report.met = {"low", "high"};
  for (std::size_t i = dice.roll(3); i > 0; --i) report.reasons.push_back(random_text(dice));
  for (std::size_t i = dice.roll(6); i > 0; --i) {
    api::ObjectReport object;
    if (dice.chance(2)) object.group = "apps";
    object.version = "v1";
    object.kind = "Kind";
    object.resource = dice.chance(5) ? "" : "kinds";
    if (dice.chance(2)) object.ns = "shop";
    object.name = random_text(dice);
    object.state = static_cast<api::State>(dice.roll(9));
    if (api::counts(object.state))
      object.severity = object.approval_severity = dice.chance(2) ? "low" : "high";
    if (object.state == api::State::not_inspected) object.unread = static_cast<api::Unread>(dice.roll(5));
    if (dice.chance(4)) object.base_revision = random_text(dice);
    if (dice.chance(4)) object.base_time = "2026-11-24T10:00:00Z";
    object.guarded_only = dice.chance(4);
    object.more = dice.chance(3) ? dice.roll(9) : 0;
    if (object.more > 0) object.rest = "abc";
    for (std::size_t j = dice.roll(4); j > 0; --j) object.differences.push_back(random_difference(dice));
    report.objects.push_back(std::move(object));
  }
  report.omitted = dice.roll(3);
  report.inspected = dice.roll(100);
  report.drift = api::drift_digest(report);
  return report;
}

// So many objects that drifted, the later ones higher, and as many that didn't.
api::Report long_report(int objects) {
  api::Report report;
  report.application = "shop";
  report.has_base = true;
  report.met = {"low", "medium", "high"};
  for (int i = 0; i < 2 * objects; ++i) {
    api::ObjectReport object;
    object.version = "v1";
    object.kind = "Note";
    object.name = fmt::format("n{}", i);
    if (i % 2 == 0) {
      object.state = api::State::drifted;
      object.severity = object.approval_severity =
          report.met[static_cast<std::size_t>(i * 3 / (2 * objects))];
      object.differences.resize(1);
      object.differences[0].pointer = "/spec/" + std::string(40, 'x');
    }
    report.objects.push_back(std::move(object));
  }
  report.drift = api::drift_digest(report);
  return report;
}
}  // namespace

TEST_SUITE("drift: report") {
  TEST_CASE("a report has one form, and every field has its name") {
    const auto plan = tests::plan_of(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
        "spec: {replicas: 3}\n");
    const auto report =
        tests::LiveObjects()
            .put("Deployment shop/web",
                 R"({"spec":{"replicas":5},"metadata":{"managedFields":[{"manager":"kubectl",)"
                 R"("operation":"Update","subresource":"scale","time":"2026-11-25T09:30:00Z",)"
                 R"("fieldsV1":{"f:spec":{"f:replicas":{}}}}]}})")
            .analyse(plan, &plan);
    CHECK(
        report_json(report) ==
        R"({"application":"shop","baseRevision":"0123456789abcdef0123456789abcdef01234567",)"
        R"("baseTime":"2026-11-24T10:00:00Z","demands":"low",)"
        R"("drift":")" +
            report.drift +
            R"(","hasBase":true,"inspected":1,"met":["low"],"objects":[{)"
            R"("demands":"low","differences":[{"base":"3","change":"changed","demands":"low","guarded":"replicas",)"
            R"("last":{"manager":"kubectl","operation":"Update","subresource":"scale","time":"2026-11-25T09:30:00Z"},)"
            R"("live":"5","liveDigest":"ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d",)"
            R"("pointer":"/spec/replicas","severity":"low","wanted":"3"}],"group":"apps","kind":"Deployment",)"
            R"("name":"web","namespace":"shop","resource":"deployments","rule":"test/workloads","severity":"low",)"
            R"("state":"drifted","version":"v1"}],"omitted":0,"planDigest":")" +
            report.plan_digest +
            R"-(","reasons":["Deployment shop/web: /spec/replicas changed (low)"],)-"
            R"("revision":"0123456789abcdef0123456789abcdef01234567","severity":"low","version":1})"
            "\n");
  }

  TEST_CASE("every report is read back as it was, and is canonical") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
      CAPTURE(seed);
      Dice dice(seed);
      const auto report = random_report(dice);
      const auto text = report_json(report);
      const auto again = read_report(text);
      CHECK(report_json(again) == text);
      CHECK(drift::canonical(tests::json(text)) + "\n" == text);
      CHECK(again.objects.size() == report.objects.size());
      CHECK(again.severity == report.severity);
      CHECK(again.met == report.met);
      CHECK(again.drifted() == report.drifted());
      CHECK(api::worst_first(again).size() == api::worst_first(report).size());
    }
  }

  TEST_CASE("an empty value is another than none") {
    api::Report report;
    report.objects.resize(1);
    report.objects[0].differences.resize(1);
    report.objects[0].differences[0].live = "";
    const auto again = read_report(report_json(report));
    CHECK(again.objects[0].differences[0].live == "");
    CHECK(again.objects[0].differences[0].wanted == std::nullopt);
  }

  TEST_CASE("without what has no drift the rest is only counted") {
    const auto report = long_report(10);
    const auto again = read_report(report_json(report, {.only_drift = true}));
    CHECK(again.objects.size() == 10);
    CHECK(again.omitted == 10);
    CHECK(again.drift == report.drift);
    CHECK(api::drift_digest(again) == report.drift);
  }

  TEST_CASE("a report stays within its limit, whatever that is, and keeps the worst") {
    const auto report = long_report(300);
    const auto whole = report_json(report, {.limit = std::size_t{1} << 20});
    for (std::size_t limit = 500; limit < whole.size() + 500; limit += 997) {
      CAPTURE(limit);
      const auto text = report_json(report, {.limit = limit});
      CHECK(text.size() <= limit);
      const auto again = read_report(text);
      CHECK(again.objects.size() + again.omitted == report.objects.size());
      // Nothing lower is there while something higher is missing.
      std::map<std::string, std::size_t> by_severity;
      for (const auto& object : again.objects) ++by_severity[object.severity];
      // (But for one that is a few bytes smaller.)
      if (by_severity["medium"] > 1) CHECK(by_severity["high"] == 100);
      if (by_severity["low"] > 1) CHECK(by_severity["medium"] == 100);
      if (by_severity[""] > 0) CHECK(by_severity["low"] == 100);
    }
    CHECK(report_json(report, {.limit = whole.size() + 30}) == whole);
  }

  TEST_CASE("the default limit holds for the largest report that the analysis makes") {
    auto report = long_report(200);
    for (auto& object : report.objects)
      for (int i = 0; i < 50; ++i) {
        auto& one = object.differences.emplace_back();
        one.pointer = "/" + std::string(200, 'p');
        one.wanted = one.live = one.base = std::string(200, '\x01');  // six bytes each
      }
    const auto text = report_json(report);
    CHECK(text.size() <= std::size_t{256} << 10);
    CHECK(text.size() > std::size_t{128} << 10);
    CHECK(read_report(text).omitted > 0);
  }

  TEST_CASE("what is no report is refused, with its place") {
    const auto mistake = [](const std::string& text) {
      try {
        read_report(text);
        return std::string("none");
      } catch (const InputError& error) {
        return std::string(error.what());
      }
    };
    const auto valid = report_json(long_report(1));
    const auto with = [&](const std::string& what, const std::string& by) {
      auto text = valid;
      const auto at = text.find(what);
      REQUIRE(at != std::string::npos);
      return mistake(text.replace(at, what.size(), by));
    };
    CHECK(mistake(valid) == "none");
    CHECK(mistake("{").find("report.json: ") == 0);
    CHECK(mistake("[]") == "report.json: : expected an object");
    CHECK(with(R"("version":1})", R"("version":2})") ==
          "report.json: version: expected 1: the report is of another release");
    CHECK(with(R"("state":"drifted")", R"("state":"gone")") ==
          "report.json: objects[0].state: expected a state that this release knows");
    CHECK(with(R"("change":"changed")", R"("change":"x")") ==
          "report.json: objects[0].differences[0].change: expected changed, removed or conflict");
    CHECK(with(R"("omitted":0)", R"("omitted":-1)") == "report.json: omitted: expected a count");
    CHECK(with(R"("application":"shop")", R"("application":1)") ==
          "report.json: application: expected a string");
    CHECK(with(R"("name":"n0")", R"("name":null)") == "report.json: objects[0].name: expected a string");
    CHECK(mistake(std::string(std::size_t{5} << 20, ' ')) ==
          "report.json: is 5120 KiB; expected at most 4096 KiB");
    for (std::size_t i = 0; i + 1 < valid.size(); ++i)
      CHECK_MESSAGE(mistake(valid.substr(0, i)) != "none", i);
  }
}
