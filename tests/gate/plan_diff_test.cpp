// What a commit changes, before there is a sync: who would be asked, by the gate's own decision.
#include "gate/plan_diff.hpp"

#include <doctest/doctest.h>

#include "support/text.hpp"

namespace {
using namespace drift;
using tests::contains;

// `guarded` asks two of security; `low` nobody. One Service and one ConfigMap, each of one severity.
api::Plan plan_with(const std::string& type, const std::string& data) {
  api::Plan plan;
  plan.application = "shop";
  plan.severities.resize(2);
  plan.severities[0].name = "low";
  plan.severities[1].name = "guarded";
  auto& changes = plan.severities[1].changes.emplace();
  changes.approval.required = 2;
  changes.approval.groups = {"security"};
  changes.approval.timeout = std::chrono::hours(24);
  const auto add = [&](const char* kind, std::string manifest, policy::Rank rank) {
    auto& object = plan.objects.emplace_back();
    object.version = "v1";
    object.kind = kind;
    object.ns = "shop";
    object.name = "web";
    object.severity = object.approval_severity = rank;
    object.manifest = std::move(manifest);
  };
  add("Service", R"({"spec":{"type":")" + type + R"("}})", 1);
  add("ConfigMap", R"({"data":{"a":")" + data + R"("}})", 0);
  return plan;
}

const char* const besides = "What has drifted in the cluster by then is decided about besides.";
}  // namespace

TEST_SUITE("gate: plan diff") {
  TEST_CASE("it names the people whom the gate would ask") {
    const auto diff = gate::plan_diff(plan_with("LoadBalancer", "2"), plan_with("ClusterIP", "1"));
    CHECK(
        gate::what_follows(diff) ==
        std::vector<std::string>{
            "A sync of this will wait for 2 approvals by members of security; no answer within 24 h is a no.",
            besides});
    const auto json = gate::plan_diff_json(diff);
    CHECK(contains(json, R"("asks":"guarded.changes","asksFor":"approve")"));
    CHECK(contains(json, R"("decision":"wait")"));
    CHECK(contains(json, R"("groups":["security"],"needed":2)"));
    CHECK(contains(json, R"("unasked":[{"change":"changed","demands":"low")"));
  }

  TEST_CASE("it says why nobody is asked") {
    const auto quiet = gate::plan_diff(plan_with("ClusterIP", "2"), plan_with("ClusterIP", "1"));
    CHECK(gate::what_follows(quiet).front() ==
          "Nobody is asked about these changes, so a sync of this goes on.");
    auto plan = plan_with("LoadBalancer", "1");
    plan.severities[1].changes.reset();
    CHECK(gate::what_follows(gate::plan_diff(plan, plan_with("ClusterIP", "1"))).front() ==
          "No severity of the policy asks about Git's changes, so a sync of this goes on.");
    const auto same = gate::plan_diff(plan_with("ClusterIP", "1"), plan_with("ClusterIP", "1"));
    CHECK(gate::what_follows(same) == std::vector<std::string>{"Git changes nothing that a sync applies."});
  }

  TEST_CASE("of a policy that observes it says what it would ask") {
    auto plan = plan_with("LoadBalancer", "1");
    plan.observe = true;
    const auto diff = gate::plan_diff(plan, plan_with("ClusterIP", "1"));
    CHECK(gate::what_follows(diff).front() ==
          "The policy only observes, so a sync of this goes on. If it enforced, the sync would wait for 2 "
          "approvals by members of security; no answer within 24 h is a no.");
    CHECK(contains(gate::plan_diff_json(diff), R"("observe":true)"));
  }
}
