// `when` of a guarded field: what mistakes are found in it, and what rules that have it add up to.
#include "support/policy_cases.hpp"
#include "support/text.hpp"

using namespace drift;
using namespace drift::policy;
using drift::tests::contains;

namespace {

std::string field_policy(const std::string& when) {
  return "rules:\n- name: r\n  match: {any: [{resources: {kinds: ['*']}}]}\n  fields:\n  - id: x\n    "
         "jsonPointers: "
         "[/spec/type]\n    when: " +
         when + "\n";
}

std::string mistake_of(const std::string& when) {
  const auto mistakes = strings_of(findings_of(field_policy(when)).mistakes);
  CAPTURE(when);
  REQUIRE(mistakes.size() == 1);
  return mistakes[0];
}

const std::string type_service =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n";

std::string type_rule(const std::string& name, const std::string& field, const std::string& more = {}) {
  return "- {name: " + name + ", match: {any: [{resources: {kinds: ['*']}}]}, " + more +
         "fields: [{id: type, jsonPointers: [/spec/type], " + field + "}]}\n";
}

const std::string balancer = "when: {all: [{key: new, operator: Equals, value: LoadBalancer}]}";

// `severity/demands`, highest first, and with each case after it its own and its condition.
std::string guard_of(const PolicySet& set) {
  const auto verdict = verdict_of(set, type_service);
  REQUIRE(verdict.guarded.size() == 1);
  const auto& field = verdict.guarded[0];
  const auto name = [&](Rank rank) { return set.severities[rank].name; };
  auto text = name(field.severity) + "/" + name(field.approval_severity);
  for (const auto& each : field.cases)
    text += "; " + name(each.severity) + "/" + name(each.approval_severity) +
            (each.when ? " where " + when_words(*each.when) : "");
  return text;
}

}  // namespace

TEST_SUITE("policy: when") {
  TEST_CASE("a condition that can't be is a mistake with its place") {
    CHECK(contains(mistake_of("{all: [{key: new, operator: Equal to, value: a}]}"),
                   "policy.yaml:11:41: expected one of Equals, NotEquals, AnyIn"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: NotEqals, value: a}]}"),
                   "did you mean \"NotEquals\""));
    CHECK(
        contains(mistake_of("{all: [{key: live, operator: Equals, value: a}]}"), "expected one of old, new"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: GreaterThan, value: 10Gb}]}"),
                   "policy.yaml:11:61: \"10Gb\" is no number, quantity or duration, as GreaterThan needs"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: Equals, value: [a, b]}]}"),
                   "Equals compares with one value, found a list"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: AnyIn, value: []}]}"),
                   "is empty; expected a string"));
    CHECK(contains(mistake_of("{all: []}"), "is empty; expected a list of conditions"));
    CHECK(contains(mistake_of("{}"), "an empty `when`"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: Equals}]}"), "\"value\" is missing"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: Equals, value: 'a*\\?'}]}"),
                   "has a wildcard beside"));
    CHECK(
        contains(mistake_of("{some: [{key: new, operator: Equals, value: a}]}"), "unknown setting \"some\""));
    CHECK(contains(mistake_of("{all: [{key: new, operator: Equals, value: }]}"), "found nothing"));
  }

  TEST_CASE("a `when` is bounded") {
    const auto many = [](std::size_t count, const std::string& text) {
      std::string all;
      for (std::size_t i = 0; i < count; ++i) all += (i ? ", " : "") + text;
      return all;
    };
    const std::string condition = "{key: new, operator: Equals, value: a}";
    CHECK(findings_of(field_policy("{all: [" + many(20, condition) + "]}")).mistakes.empty());
    CHECK(contains(mistake_of("{all: [" + many(20, condition) + "], any: [" + condition + "]}"),
                   "has 21 conditions; expected at most 20"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: AnyIn, value: [" + many(101, "a") + "]}]}"),
                   "has 101 values; expected at most 100"));
    CHECK(contains(mistake_of("{all: [{key: new, operator: Equals, value: " + std::string(2049, 'a') + "}]}"),
                   "has 2049 bytes of values; expected at most 2048"));
  }

  TEST_CASE("a field with a condition counts at most as the higher of its severity and the object's") {
    CHECK(
        guard_of(set_of("rules:\n" + type_rule("a", "severity: high, " + balancer, "severity: medium, "))) ==
        "high/high; high/high where the new value is LoadBalancer");
    CHECK(guard_of(set_of("rules:\n" + type_rule("a", "severity: low, " + balancer, "severity: medium, "))) ==
          "medium/medium; low/low where the new value is LoadBalancer");
  }

  TEST_CASE("under one id each condition is a case of its own, and the same one merges") {
    const auto same = type_rule("b", "severity: critical, " + balancer);
    CHECK(guard_of(set_of("rules:\n" + type_rule("a", "severity: high, " + balancer) + same)) ==
          "critical/critical; critical/critical where the new value is LoadBalancer");
    CHECK(guard_of(set_of("defaultSeverity: medium\nrules:\n" +
                          type_rule("a", "severity: high, " + balancer) + type_rule("b", "severity: low"))) ==
          "high/high; high/high where the new value is LoadBalancer; low/low");
  }

  TEST_CASE("an application's policy can't lower what a condition of the platform's guards") {
    const auto platform = "rules:\n" + type_rule("a", "severity: high, " + balancer, "severity: medium, ");
    CHECK(guard_of(set_of(platform, "rules:\n" + type_rule("own", "severity: low"))) ==
          "high/high; high/high where the new value is LoadBalancer; medium/medium");
    CHECK(guard_of(set_of(platform, "rules:\n" + type_rule("own", "severity: low, " + balancer))) ==
          "high/high; high/high where the new value is LoadBalancer");
    CHECK(guard_of(set_of(platform, "rules:\n" + type_rule("own", "health: degraded"))) ==
          "high/high; high/high where the new value is LoadBalancer");
    const auto whole = "rules:\n" + type_rule("a", "severity: low", "severity: medium, ");
    CHECK(guard_of(set_of(whole, "rules:\n" + type_rule("own", "severity: high, " + balancer))) ==
          "high/medium; low/low; high/medium where the new value is LoadBalancer");
  }
}
