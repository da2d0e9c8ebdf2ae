// Guarded fields with conditions: which differences of Git's and of the cluster meet them, from policy and manifests to severities.
#include <fmt/format.h>

#include "analysis/git_changes.hpp"
#include "api/plan_json.hpp"
#include "support/drift_input.hpp"
#include "support/policy_cases.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::Lines;

// `asked` asks about Git's changes, and about drift.
std::string policy_with(const std::string& fields, const std::string& severity = "low") {
  return policy::policy_text(
      "severities:\n"
      "- {name: low, remediation: {action: autoSync}}\n"
      "- {name: middle, remediation: {action: approve}, approval: {required: 1}}\n"
      "- {name: asked, remediation: {action: restore}, changes: {approval: {required: 2}}}\n"
      "rules:\n- name: r\n  match: {any: [{resources: {kinds: ['*']}}]}\n  severity: " +
      severity + "\n  fields:\n" + fields);
}

const std::string type_field =
    "  - {id: type, jsonPointers: [/spec/type], severity: asked, when: {all: [{key: new, operator: Equals, "
    "value: "
    "LoadBalancer}]}}\n";
const std::string image_field =
    "  - id: image\n    jsonPointers: [/spec/template/spec/containers/*/image]\n    severity: asked\n"
    "    when: {all: [{key: new, operator: NotEquals, value: \"registry.example.com/*\"}, {key: new, "
    "operator: Equals, "
    "value: \"*\"}]}\n";
const std::string verbs_field =
    "  - id: verbs\n    jsonPointers: [/rules/*/verbs]\n    severity: asked\n    when:\n      all:\n"
    "      - {key: new, operator: AnyIn, value: ['\\*', escalate]}\n"
    "      - {key: old, operator: AllNotIn, value: ['\\*', escalate]}\n";

std::string typed_service(const std::string& type) {
  return "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: " +
         (type.empty() ? "{ports: []}" : "{type: " + type + "}") + "\n";
}
std::string typed_live(const std::string& type) {
  return R"({"spec":{"type":")" + type + R"("}})";
}
std::string deployment_with(const std::string& containers) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: "
         "[" +
         containers + "]}}}\n";
}
std::string role_with(const std::string& rules) {
  return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: web}\nrules: [" + rules +
         "]\n";
}

// The severities that are asked about Git's change from one source to another; empty: nobody.
Lines asked(const std::string& policy, const std::string& before, const std::string& after) {
  const auto nothing = std::string("apiVersion: v1\nkind: Note\nmetadata: {name: a}\n---\n");
  return analysis::review_changes(tests::plan_of(nothing + after, policy),
                                  tests::plan_of(nothing + before, policy))
      .changes.asks;
}
// What drift counts as.
std::string drift_of(const std::string& policy, const std::string& source, const std::string& live) {
  const auto plan = tests::plan_of(source, policy);
  tests::LiveObjects objects;
  if (!live.empty()) objects.put(plan.objects.front().display(), live);
  return objects.analyse(plan, &plan).severity;
}

const Lines guarded_asks = {"asked"}, nobody = {};
}  // namespace

TEST_SUITE("analysis: conditions") {
  TEST_CASE("a Service that becomes a LoadBalancer asks, and another type doesn't") {
    const auto policy = policy_with(type_field);
    CHECK(asked(policy, typed_service("ClusterIP"), typed_service("LoadBalancer")) == guarded_asks);
    CHECK(asked(policy, typed_service("ClusterIP"), typed_service("NodePort")) == nobody);
    CHECK(asked(policy, typed_service("LoadBalancer"), typed_service("ClusterIP")) == nobody);
    CHECK(asked(policy, typed_service(""), typed_service("LoadBalancer")) == guarded_asks);
    CHECK(asked(policy, typed_service("LoadBalancer"), typed_service("")) == nobody);
    CHECK(asked(policy, "", typed_service("LoadBalancer")) == guarded_asks);
    CHECK(asked(policy, "", typed_service("NodePort")) == nobody);
    CHECK(asked(policy, typed_service("LoadBalancer"), "") == nobody);
  }

  TEST_CASE("the condition counts for drift as for Git's changes") {
    const auto policy = policy_with(type_field);
    CHECK(drift_of(policy, typed_service("ClusterIP"), typed_live("LoadBalancer")) == "asked");
    CHECK(drift_of(policy, typed_service("ClusterIP"), typed_live("NodePort")) == "low");
    CHECK(drift_of(policy, typed_service("LoadBalancer"), typed_live("NodePort")) == "low");
    CHECK(drift_of(policy, typed_service("LoadBalancer"), "") == "low");
    CHECK(drift_of(policy, typed_service("ClusterIP"), R"({"spec":{}})") == "low");
  }

  TEST_CASE("of what was there the old value tells, also where the object goes") {
    const auto policy = policy_with(
        "  - {id: type, jsonPointers: [/spec/type], severity: asked, when: {all: [{key: old, operator: "
        "Equals, value: "
        "LoadBalancer}]}}\n");
    CHECK(asked(policy, typed_service("LoadBalancer"), "") == guarded_asks);
    CHECK(asked(policy, typed_service("ClusterIP"), "") == nobody);
    CHECK(asked(policy, typed_service("LoadBalancer"), typed_service("ClusterIP")) == guarded_asks);
    CHECK(asked(policy, typed_service("LoadBalancer"), typed_service("")) == guarded_asks);
    CHECK(drift_of(policy, typed_service("LoadBalancer"), "") == "asked");
    CHECK(drift_of(policy, typed_service("ClusterIP"), "") == "low");
    CHECK(drift_of(policy, typed_service("LoadBalancer"), typed_live("NodePort")) == "asked");
  }

  TEST_CASE("an image from another registry asks, whichever container has it") {
    const auto policy = policy_with(image_field);
    const std::string ours = "{name: a, image: registry.example.com/a:1}";
    const auto one = deployment_with(ours);
    CHECK(asked(policy, one, deployment_with("{name: a, image: registry.example.com/a:2}")) == nobody);
    CHECK(asked(policy, one, deployment_with("{name: a, image: elsewhere.example.org/a:1}")) == guarded_asks);
    CHECK(asked(policy, one, deployment_with(ours + ", {name: b, image: elsewhere.example.org/b:1}")) ==
          guarded_asks);
    CHECK(asked(policy, one, deployment_with("{name: b, image: registry.example.com/b:1}, " + ours)) ==
          nobody);
    CHECK(asked(policy, deployment_with(ours + ", {name: b, image: old.example.org/b:1}"), one) == nobody);
    CHECK(asked(policy, "", one) == nobody);
    CHECK(asked(policy, "", deployment_with("{name: a, image: elsewhere.example.org/a:1}")) == guarded_asks);
    const auto live = [](const std::string& image) {
      return R"({"spec":{"template":{"spec":{"containers":[{"name":"sidecar","image":"injected:1"},{"name":"a","image":")" +
             image + R"("}]}}}})";
    };
    CHECK(drift_of(policy, one, live("registry.example.com/a:2")) == "low");
    CHECK(drift_of(policy, one, live("elsewhere.example.org/a:1")) == "asked");
  }

  TEST_CASE("a rule of RBAC that gains a wildcard asks, and other verbs don't") {
    const auto policy = policy_with(verbs_field);
    const auto before = role_with("{resources: [pods], verbs: [get]}");
    CHECK(asked(policy, before, role_with("{resources: [pods], verbs: [get, '*']}")) == guarded_asks);
    CHECK(asked(policy, before, role_with("{resources: [pods], verbs: [get, list]}")) == nobody);
    CHECK(asked(policy, before,
                role_with("{resources: [pods], verbs: [get]}, {resources: [roles], verbs: [escalate]}")) ==
          guarded_asks);
    CHECK(asked(policy, role_with("{resources: [pods], verbs: ['*']}"),
                role_with("{resources: [pods], verbs: ['*', get]}")) == nobody);
    CHECK(drift_of(policy, before, R"({"rules":[{"resources":["pods"],"verbs":["get","*"]}]})") == "asked");
    CHECK(drift_of(policy, before, R"({"rules":[{"resources":["pods"],"verbs":["list"]}]})") == "low");
  }

  TEST_CASE("amounts are compared as Kubernetes means them") {
    const auto policy = policy_with(
        "  - {id: replicas, jsonPointers: [/spec/replicas], severity: asked, when: {all: [{key: new, "
        "operator: "
        "GreaterThan, value: 10}]}}\n");
    const auto scaled = [](int replicas) {
      return fmt::format(
          "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: {}}}\n",
          replicas);
    };
    CHECK(asked(policy, scaled(3), scaled(10)) == nobody);
    CHECK(asked(policy, scaled(3), scaled(11)) == guarded_asks);
  }

  TEST_CASE("what isn't known counts as with the condition and without it") {
    const auto environment = [](const std::string& value) {
      return deployment_with("{name: a, env: [{name: MODE, value: " + value + "}]}");
    };
    const auto policy = policy_with(
        "  - {id: mode, jsonPointers: [/spec/template/spec/containers/0/env/0/value], severity: low, when: "
        "{all: [{key: "
        "new, operator: Equals, value: quiet}]}}\n",
        "asked");
    CHECK(asked(policy, environment("quiet"), environment("loud")) == guarded_asks);
    const auto lowered = policy_with(
        "  - {id: type, jsonPointers: [/spec/type], severity: low, when: {all: [{key: new, operator: Equals, "
        "value: "
        "NodePort}]}}\n",
        "asked");
    CHECK(asked(lowered, typed_service("ClusterIP"), typed_service("NodePort")) == nobody);
    CHECK(asked(lowered, typed_service("ClusterIP"), typed_service("LoadBalancer")) == guarded_asks);
    // A list and a mapping can't be compared with a text.
    const auto whole = policy_with(
        "  - {id: s, jsonPointers: [/spec], severity: asked, when: {all: [{key: new, operator: Equals, "
        "value: x}]}}\n");
    CHECK(asked(whole, typed_service("ClusterIP"), typed_service("NodePort")) == guarded_asks);
  }

  TEST_CASE("of drift that isn't known both count, though the higher severity asks nobody") {
    const auto container = [](const std::string& value) {
      return R"({"name":"a","env":[{"name":"MODE","value":")" + value + R"("}]})";
    };
    const auto met = [&](const std::string& value) {
      const auto policy = policy_with(
          "  - {id: mode, jsonPointers: [/spec/template/spec/containers/0/env/0/value], severity: asked, "
          "when: {all: [{key: new, operator: Equals, value: " +
              value + "}]}}\n",
          "middle");
      const auto plan = tests::plan_of(deployment_with(container("quiet")), policy);
      tests::LiveObjects objects;
      objects.put(plan.objects.front().display(),
                  R"({"spec":{"template":{"spec":{"containers":[)" + container("loud") + "]}}}}");
      return objects.analyse(plan, &plan).met;
    };
    CHECK(met("loud") == Lines{"middle", "asked"});
  }

  TEST_CASE("fields below a list that differs as a whole may meet every condition") {
    const auto images = policy_with(image_field);
    const std::string a = "{name: a, image: registry.example.com/a:1}",
                      b = "{name: b, image: registry.example.com/b:1}";
    CHECK(asked(images, deployment_with(a + ", " + b), deployment_with(b + ", " + a)) == guarded_asks);
    const auto verbs = policy_with(verbs_field);
    CHECK(drift_of(
              verbs, role_with("{resources: [pods], verbs: [get]}"),
              R"({"rules":[{"resources":["pods"],"verbs":["get"]},{"resources":["a"],"verbs":["get"]}]})") ==
          "asked");
  }

  TEST_CASE("a manifest that the plan doesn't hold may meet every condition") {
    const auto policy = policy_with(type_field, "middle");
    auto before = tests::plan_of(typed_service("ClusterIP"), policy);
    auto plan = tests::plan_of(typed_service("NodePort"), policy);
    before.revision = "another";
    before.objects[0].manifest.reset();
    CHECK(analysis::review_changes(plan, before).changes.asks == guarded_asks);
    plan.objects[0].manifest.reset();
    plan.revision = before.revision;
    const auto report =
        tests::LiveObjects().put("Service shop/web", typed_live("LoadBalancer")).analyse(plan, &before);
    CHECK(report.severity == "asked");
    CHECK(report.met == Lines{"middle", "asked"});
  }

  TEST_CASE("a field that isn't guarded by the condition counts as the object did, before and now") {
    const auto policy = policy_with(type_field);
    auto before = tests::plan_of(typed_service("ClusterIP"), policy);
    before.objects[0].severity = before.objects[0].approval_severity = 2;
    CHECK(analysis::review_changes(tests::plan_of(typed_service("NodePort"), policy), before).changes.asks ==
          guarded_asks);
  }

  TEST_CASE("the next entry of the same field counts where the first one's condition doesn't hold") {
    const auto policy =
        policy_with(type_field + "  - {id: any-type, jsonPointers: [/spec/type], severity: middle}\n");
    CHECK(drift_of(policy, typed_service("ClusterIP"), typed_live("NodePort")) == "middle");
    CHECK(drift_of(policy, typed_service("ClusterIP"), typed_live("LoadBalancer")) == "asked");
  }

  TEST_CASE("a plan with conditions has a version of its own, and one without is as it was") {
    const auto text = [](const std::string& policy) {
      const tests::Rendered rendered(typed_service("ClusterIP"), policy);
      return annotators::plan(rendered.input());
    };
    const auto with = text(policy_with(type_field));
    CHECK(tests::contains(with, R"("version":3})"));
    CHECK(tests::contains(
        with,
        R"("guarded":[{"cases":[{"demands":"asked","severity":"asked","when":{"all":[{"key":"new","operator":"Equals","values":["LoadBalancer"]}]}}],"demands":"asked")"));
    const auto without = text(policy_with("  - {id: type, jsonPointers: [/spec/type], severity: asked}\n"));
    CHECK(tests::contains(without, R"("version":1})"));
    CHECK_FALSE(tests::contains(without, "cases"));
    const auto plan = api::read_plan(with);
    REQUIRE(plan.objects.at(0).guarded.at(0).cases.size() == 1);
    CHECK(plan.name(plan.objects[0].guarded[0].cases[0].severity) == "asked");
    CHECK(policy::when_words(*plan.objects[0].guarded[0].cases[0].when) == "the new value is LoadBalancer");
    auto spoilt = with;
    spoilt.replace(spoilt.find("Equals"), 6, "Eqals!");
    CHECK_THROWS_WITH_AS(api::read_plan(spoilt), doctest::Contains("cases[0].when.all[0].operator: expected"),
                         InputError);
  }
}
