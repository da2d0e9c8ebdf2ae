// Objects that a plan has no room for, not even as digests: their guarded fields alone are compared.
#include "analysis/guarded.hpp"

#include "support/drift_input.hpp"

namespace {
using namespace drift;
using tests::Lines;
using tests::lines_of;
using tests::LiveObjects;

const std::string guard_policy = tests::policy_text(R"(
  rules:
  - name: all
    match: {any: [{resources: {kinds: ["*"]}}]}
    severity: medium
    fields:
    - {id: replicas, jsonPointers: [/spec/replicas], severity: low}
    - {id: cpu, jsonPointers: [/spec/template/spec/containers/*/resources/limits/cpu], severity: high}
    - {id: env, jsonPointers: [/spec/template/spec/containers/*/env], severity: high}
    - {id: paused, jsonPointers: [/spec/paused], severity: high}
  hooks: {namespace: drift-policy, image: x}
)");

// As if there had been no room for it in the plan.
api::Plan large(const std::string& spec) {
  auto plan = tests::plan_of(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: " + spec + "\n", guard_policy);
  plan.objects.at(0).manifest.reset();
  return plan;
}
const std::string wanted =
    "{replicas: 3, paused: true, template: {spec: {containers: [{name: web, env: [{name: P, value: "
    "hunter2}], "
    "resources: {limits: {cpu: 1000m}}}]}}}";

std::string live(const std::string& replicas = "3", const std::string& cpu = "1",
                 const std::string& value = "hunter2", const std::string& paused = "true") {
  return R"({"spec":{"replicas":)" + replicas + R"(,"paused":)" + paused +
         R"(,"template":{"spec":{"containers":[{"name":"web","env":[{"name":"P","value":")" + value +
         R"("}],"resources":{"limits":{"cpu":")" + cpu + R"("}}}]}}}})";
}

Lines guarded_drift(const std::string& now, const std::string& base_spec = wanted,
                    const std::string& plan_spec = wanted) {
  const auto base = large(base_spec);
  const auto plan = large(plan_spec);
  const auto report = LiveObjects().put("Deployment shop/web", now).analyse(plan, &base);
  CHECK(report.objects[0].guarded_only);
  CHECK(report.drifted());  // what nobody compares counts
  for (const auto& text : {api::report_json(report)}) CHECK(text.find("hunter") == std::string::npos);
  return lines_of(report);
}
const Lines unchanged = {"Deployment shop/web not inspected"};
}  // namespace

TEST_SUITE("drift: large objects") {
  TEST_CASE("guarded fields are compared as Kubernetes means them") {
    CHECK(guarded_drift(live()) == unchanged);
    CHECK(guarded_drift(live("3", "1000m")) == unchanged);
    CHECK(guarded_drift(live("5")) == Lines{"Deployment shop/web drifted: /spec/replicas changed: 3 -> 5"});
    CHECK(guarded_drift(live("3", "2")) ==
          Lines{"Deployment shop/web drifted: /spec/template/spec/containers/0/resources/limits/cpu changed: "
                "1000m -> 2"});
    CHECK(guarded_drift(live("3", "1", "hunter2", "false")) ==
          Lines{"Deployment shop/web drifted: /spec/paused changed: true -> false"});
  }

  TEST_CASE("environment variables are compared by digest") {
    const auto lines = guarded_drift(live("3", "1", "hunter3"));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("/env changed: sha256:") != std::string::npos);
    CHECK(lines[0].find("-> sha256:") != std::string::npos);
  }

  TEST_CASE("what isn't guarded isn't seen, so the object isn't inspected") {
    auto there = live();
    there.insert(there.find(R"("paused")"), R"("minReadySeconds":9,)");
    CHECK(guarded_drift(there) == unchanged);
  }

  TEST_CASE("removals, Git's changes and conflicts are told apart") {
    const std::string four =
        "{replicas: 4, paused: true, template: {spec: {containers: [{name: web, env: [{name: P, value: "
        "hunter2}], "
        "resources: {limits: {cpu: 1000m}}}]}}}";
    CHECK(guarded_drift(live("null")) ==
          Lines{"Deployment shop/web drifted: /spec/replicas removed: 3 -> none"});
    CHECK(guarded_drift(live("3"), wanted, four) == unchanged);
    CHECK(guarded_drift(live("4"), wanted, four) == unchanged);
    CHECK(guarded_drift(live("5"), wanted, four) ==
          Lines{"Deployment shop/web drifted: /spec/replicas conflict: 4 -> 5"});
    const std::string dropped =
        "{paused: true, template: {spec: {containers: [{name: web, env: [{name: P, value: hunter2}], "
        "resources: {limits: {cpu: 1000m}}}]}}}";
    CHECK(guarded_drift(live("3"), wanted, dropped) == unchanged);
    CHECK(guarded_drift(live("null"), wanted, dropped) == unchanged);
    CHECK(guarded_drift(live("5"), wanted, dropped) ==
          Lines{"Deployment shop/web drifted: /spec/replicas conflict: none -> 5"});
  }

  TEST_CASE("an autoscaler causes no drift here either") {
    auto there = live("7");
    there.insert(
        1,
        R"("metadata":{"managedFields":[{"manager":"kube-controller-manager","operation":"Update",)"
        R"("subresource":"scale","time":"2026-11-25T09:30:00Z","fieldsV1":{"f:spec":{"f:replicas":{}}}}]},)");
    CHECK(guarded_drift(there) == unchanged);
  }
}
