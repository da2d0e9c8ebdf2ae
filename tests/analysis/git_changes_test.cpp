// What Git changes with a sync: plan against base, field by field, and which severities are asked about it.
#include "analysis/git_changes.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {
using namespace drift;
using api::GitChange;

policy::Severity severity(const std::string& name, bool asks, bool removed = true, bool first_sync = false) {
  policy::Severity result;
  result.name = name;
  if (!asks) return result;
  auto& changes = result.changes.emplace();
  changes.approval.required = 1;
  changes.removed = removed;
  changes.first_sync = first_sync;
  return result;
}

api::PlannedObject object(const std::string& kind, const std::string& name, const std::string& manifest,
                          policy::Rank rank = 1) {
  api::PlannedObject planned;
  planned.version = "v1";
  planned.kind = kind;
  planned.ns = "shop";
  planned.name = name;
  planned.severity = planned.approval_severity = rank;
  if (!manifest.empty()) planned.manifest = manifest;
  return planned;
}

// Two plans of one application: `low` asks nobody, `high` asks.
struct Two {
  Two() {
    plan.severities = base.severities = {severity("low", false), severity("high", true)};
    plan.revision = "new";
    base.revision = "old";
    report.has_base = true;
  }
  void both(const std::string& kind, const std::string& was, const std::string& now, policy::Rank rank = 1) {
    base.objects.push_back(object(kind, "one", was, rank));
    plan.objects.push_back(object(kind, "one", now, rank));
  }
  api::Changes look() const { return analysis::git_changes(plan, &base, report); }
  // `pointer: before -> after`, a line each.
  std::string fields() const {
    std::string text;
    for (const auto& found : look().objects)
      for (const auto& field : found.fields)
        text += fmt::format("{}: {} -> {}\n", field.pointer, field.before.value_or("-"),
                            field.after.value_or("-"));
    return text;
  }

  api::Plan plan, base;
  api::Report report;
};

std::string fields_of(const std::string& kind, const std::string& was, const std::string& now) {
  Two two;
  two.both(kind, was, now);
  return two.fields();
}
}  // namespace

TEST_SUITE("analysis: Git's changes") {
  TEST_CASE("fields are shown with both values of Git's, also what is new and what is gone") {
    CHECK(fields_of("Service", R"({"spec":{"type":"ClusterIP"}})", R"({"spec":{"type":"LoadBalancer"}})") ==
          "/spec/type: ClusterIP -> LoadBalancer\n");
    CHECK(fields_of("Service", R"({"spec":{"a":1}})", R"({"spec":{"a":1,"b":{"c":true,"d":[5]}}})") ==
          "/spec/b/c: - -> true\n/spec/b/d/0: - -> 5\n");
    CHECK(fields_of("Service", R"({"spec":{"a":1,"b":2}})", R"({"spec":{"a":1}})") == "/spec/b: 2 -> -\n");
    CHECK(fields_of("Service", R"({"spec":{"a":{"x":1}}})", R"({"spec":{"a":"x"}})") ==
          "/spec/a: {\"x\":1} -> x\n");
  }

  TEST_CASE("list elements are matched by their names, else from both ends") {
    CHECK(fields_of("Pod", R"({"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}})",
                    R"({"spec":{"containers":[{"name":"b","image":"2"}]}})") ==
          "/spec/containers/0/image: 1 -> 2\n/spec/containers/0/image: 1 -> -\n/spec/containers/0/name: a -> "
          "-\n");
    CHECK(fields_of("Thing", R"({"rules":[{"v":["get"]},{"v":["list"]}]})",
                    R"({"rules":[{"v":["get"]},{"v":["*"]},{"v":["list"]}]})") == "/rules/1/v/0: - -> *\n");
    CHECK(fields_of("Thing", R"({"list":[{"name":"a"},{"name":"b"}]})",
                    R"({"list":[{"name":"b"},{"name":"a"}]})") ==
          "/list: [{\"name\":\"a\"},{\"name\":\"b\"}] -> [{\"name\":\"b\"},{\"name\":\"a\"}]\n");
  }

  TEST_CASE("what means the same to Kubernetes is no change") {
    Two two;
    two.both("Pod", R"({"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":"1000m"}}}]}})",
             R"({"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":"1"}}}],"x":null}})");
    CHECK(two.look().objects.empty());
    CHECK(two.look().others == 0);
  }

  TEST_CASE("nothing is looked at where no severity asks") {
    Two two;
    two.plan.severities[1].changes.reset();
    two.both("Service", R"({"a":1})", R"({"a":2})");
    CHECK_FALSE(two.look().looked);
    analysis::add_changes(two.report, two.plan, &two.base);
    CHECK(two.report.drift.empty());
    CHECK(api::report_json(two.report).find("changes") == std::string::npos);
  }

  TEST_CASE("objects of which nobody is asked are counted") {
    Two two;
    two.both("Service", R"({"a":1})", R"({"a":2})", 0);
    const auto changes = two.look();
    CHECK_FALSE(changes.ask());
    CHECK(changes.others == 1);
  }

  TEST_CASE("what is added and removed is asked about, of the severity that it had") {
    Two two;
    two.base.objects.push_back(object("Service", "old", R"({"a":1})"));
    two.plan.objects.push_back(object("Service", "new", R"({"a":1})"));
    const auto changes = two.look();
    REQUIRE(changes.objects.size() == 2);
    CHECK(changes.objects[0].change == GitChange::added);
    CHECK(changes.objects[0].fields.size() == 1);
    CHECK(changes.objects[1].change == GitChange::removed);
    CHECK(changes.objects[1].name == "old");
    CHECK(changes.asks == std::vector<std::string>{"high"});
    two.plan.severities[1] = severity("high", true, false);
    CHECK(two.look().objects.size() == 1);
    CHECK(two.look().others == 1);
  }

  TEST_CASE("a severity that asks is met by a guarded field, whatever higher one is met too") {
    Two two;
    two.plan.severities.push_back(severity("critical", false));
    two.base.severities = two.plan.severities;
    two.both("Service", R"({"a":1,"b":1})", R"({"a":2,"b":1})", 0);
    two.plan.objects[0].guarded = {{"a", "a", "/a", 1, 1, {}, {}}};
    CHECK(two.look().asks == std::vector<std::string>{"high"});
    CHECK(two.look().objects[0].fields[0].guarded == "a");
    Two added;
    added.plan.severities.push_back(severity("critical", false));
    added.plan.objects.push_back(object("Service", "new", R"({"a":1})", 1));
    added.plan.objects[0].guarded = {{"a", "a", "/a", 2, 2, {}, {}}};
    CHECK(added.look().asks == std::vector<std::string>{"high"});
  }

  TEST_CASE("Git can't take an object out of its severity by the very change") {
    Two two;
    two.both("Service", R"({"metadata":{"labels":{"tier":"prod"}}})", R"({"metadata":{"labels":{}}})");
    two.plan.objects[0].severity = two.plan.objects[0].approval_severity = 0;
    CHECK(two.look().asks == std::vector<std::string>{"high"});
  }

  TEST_CASE("an author who raises an object keeps the platform's demand") {
    Two two;
    two.plan.severities.push_back(severity("critical", false));
    two.both("Service", R"({"a":1})", R"({"a":2})");
    two.plan.objects[0].severity = 2;  // approval_severity stays at high
    CHECK(two.look().asks == std::vector<std::string>{"high"});
  }

  TEST_CASE("what a plan doesn't hold may have changed with another revision") {
    Two two;
    SUBCASE("a Secret's values") {
      two.both("Secret", R"({"type":"Opaque"})", R"({"type":"Opaque"})");
    }
    SUBCASE("of a large object") {
      two.both("Service", "", "");
    }
    auto changes = two.look();
    REQUIRE(changes.objects.size() == 1);
    CHECK_FALSE(changes.objects[0].unknown.empty());
    two.plan.severities[1].changes->changed = false;  // it may also have been anything else
    CHECK(two.look().ask());
    two.plan.revision = "old";
    CHECK_FALSE(two.look().ask());
  }

  TEST_CASE("hooks are compared too, and what becomes one is a change") {
    Two two;
    two.both("Job", R"({"a":1})", R"({"a":2})");
    two.plan.objects[0].hook = two.base.objects[0].hook = true;
    CHECK(two.fields() == "/a: 1 -> 2\n");
    two.plan.objects.clear();
    CHECK(two.look().objects[0].change == GitChange::removed);
    Two becomes;
    becomes.both("Job", R"({"a":1})", R"({"a":1})");
    becomes.plan.objects[0].hook = true;
    CHECK(becomes.look().ask());
    CHECK(becomes.look().objects[0].change == GitChange::changed);
  }

  TEST_CASE("objects whose name the server makes are the same where their manifests are") {
    Two two;
    two.base.objects = {object("Job", "", R"({"a":1})"), object("Job", "", R"({"a":1})")};
    two.plan.objects = two.base.objects;
    CHECK_FALSE(two.look().ask());
    two.plan.objects[0].manifest = R"({"a":2})";
    CHECK(two.look().objects.size() == 2);  // one is added, one removed
  }

  TEST_CASE(
      "at a first sync what is new is added where the policy asks, and what is there may have changed") {
    Two two;
    two.plan.objects = {object("Service", "new", R"({"a":1})"), object("Service", "there", R"({"a":1})")};
    two.report.has_base = false;
    for (const auto& planned : two.plan.objects) {
      api::ObjectReport seen;
      seen.kind = planned.kind;
      seen.ns = planned.ns;
      seen.name = planned.name;
      seen.state = planned.name == "new" ? api::State::fresh : api::State::already_there;
      two.report.objects.push_back(seen);
    }
    auto changes = analysis::git_changes(two.plan, nullptr, two.report);
    REQUIRE(changes.objects.size() == 1);
    CHECK(changes.objects[0].name == "there");
    CHECK_FALSE(changes.objects[0].unknown.empty());
    two.plan.severities[1] = severity("high", true, true, true);
    changes = analysis::git_changes(two.plan, nullptr, two.report);
    CHECK(changes.objects.size() == 2);
  }

  TEST_CASE("without a usable base everything may have changed") {
    Two two;
    two.plan.objects = {object("Service", "one", R"({"a":1})")};
    two.report.has_base = false;
    two.report.base_problem = "spoilt";
    const auto changes = analysis::git_changes(two.plan, nullptr, two.report);
    REQUIRE(changes.ask());
    CHECK(changes.objects[0].unknown.find("no usable base") != std::string::npos);
    two.plan.objects[0].severity = two.plan.objects[0].approval_severity = 0;  // what left may have been high
    CHECK(analysis::git_changes(two.plan, nullptr, two.report).asks == std::vector<std::string>{"high"});
  }

  TEST_CASE("the digest is over both values, and over what the list has no room for") {
    const auto digest_of = [](int fields, int last) {
      std::string was, now;
      for (int i = 0; i < fields; ++i) {
        was += fmt::format("{}\"f{:03}\":0", i > 0 ? "," : "", i);
        now += fmt::format("{}\"f{:03}\":{}", i > 0 ? "," : "", i, i + 1 == fields ? last : 1);
      }
      Two two;
      two.both("Service", '{' + was + '}', '{' + now + '}');
      analysis::add_changes(two.report, two.plan, &two.base);
      CHECK(two.report.changes.objects[0].fields.size() <= 50);
      CHECK(two.report.asks());
      CHECK_FALSE(two.report.drifted());
      return two.report.drift;
    };
    CHECK(digest_of(1, 1) == digest_of(1, 1));
    CHECK(digest_of(1, 1) != digest_of(1, 2));
    CHECK(digest_of(100, 1) != digest_of(100, 2));
  }

  TEST_CASE("a report with changes is read back as it was written, and fits its limit") {
    Two two;
    two.both("Service", R"({"a":"x"})", R"({"a":""})");
    two.base.objects.push_back(object("Service", "old", R"({"a":1})"));
    analysis::add_changes(two.report, two.plan, &two.base);
    const auto text = api::report_json(two.report);
    const auto read = api::read_report(text);
    CHECK(api::report_json(read) == text);
    CHECK(read.changes.ask());
    CHECK(api::drift_digest(read) == two.report.drift);
    for (int i = 0; i < 500; ++i)
      two.base.objects.push_back(object("Service", fmt::format("more-{}", i), R"({"a":1})"));
    analysis::add_changes(two.report, two.plan, &two.base);
    const auto cut = api::report_json(two.report, {false, 20'000});
    CHECK(cut.size() <= 20'000);
    CHECK(api::read_report(cut).changes.omitted > 0);
  }

  TEST_CASE(
      "a review lists what nobody is asked about, too, the highest severity first, but not what isn't "
      "known") {
    Two two;
    two.plan.severities.insert(two.plan.severities.begin() + 1, severity("medium", false));
    two.base.severities = two.plan.severities;
    two.both("Service", R"({"spec":{"type":"a"}})", R"({"spec":{"type":"b"}})", 2);
    two.both("Deployment", R"({"spec":{"replicas":1}})", R"({"spec":{"replicas":2}})", 0);
    two.both("Route", R"({"spec":{"host":"a"}})", R"({"spec":{"host":"b"}})", 1);
    two.both("ConfigMap", R"({"data":{"a":"1"}})", R"({"data":{"a":"1"}})", 0);
    two.both("Secret", "", "", 0);
    const auto found = analysis::review_changes(two.plan, two.base);
    CHECK(found.changes.asks == std::vector<std::string>{"high"});
    REQUIRE(found.changes.objects.size() == 1);
    CHECK(found.changes.objects[0].kind == "Service");
    CHECK(found.changes.others == 3);
    REQUIRE(found.unasked.size() == 2);
    CHECK(found.unasked[0].kind == "Route");
    CHECK(found.unasked[0].severity == "medium");
    REQUIRE(found.unasked[1].fields.size() == 1);
    CHECK(found.unasked[1].fields[0].pointer == "/spec/replicas");
    CHECK(found.unasked[1].fields[0].after == "2");
  }

  TEST_CASE("a review lists changes where no severity asks, and removals") {
    Two two;
    two.plan.severities = two.base.severities = {severity("low", false), severity("high", false)};
    two.base.objects.push_back(object("ConfigMap", "gone", R"({"data":{"a":"1"}})", 0));
    two.plan.objects.push_back(object("ConfigMap", "new", R"({"data":{"a":"1"}})", 1));
    const auto found = analysis::review_changes(two.plan, two.base);
    CHECK_FALSE(found.changes.ask());
    REQUIRE(found.unasked.size() == 2);
    CHECK(found.unasked[0].change == GitChange::added);
    CHECK(found.unasked[1].change == GitChange::removed);
  }
}
