// What differs of an application by Argo CD's API: the gate's comparison and decision, without its gate.
#include "controller/asking.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "controller/comparison_listing.hpp"
#include "support/application_case.hpp"
#include "support/fake_argocd.hpp"
#include "support/text.hpp"

using namespace drift::tests;
using drift::controller::Comparison;
using drift::controller::Known;
using drift::controller::Summary;
using drift::controller::summary_of;
using drift::gate::Decision;

namespace {

const std::string services_medium = policy_text(R"(
  severities:
  - {name: low, remediation: {action: autoSync}}
  - name: medium
    remediation: {action: approve}
    approval: {required: 1, groups: [platform], timeout: 24h}
  - {name: high, remediation: {action: restore}}
  - {name: critical, remediation: {action: stop}}
  rules:
  - name: services
    match: {any: [{resources: {kinds: [Service]}}]}
    severity: medium
    fields: [{id: ports, jsonPointers: [/spec/ports], severity: critical}]
  - {name: secrets, match: {any: [{resources: {kinds: [Secret]}}]}, severity: high}
  hooks: {namespace: drift-policy, image: "registry.example/drift-policy:1.0"}
)");

const std::string source = R"(apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: ClusterIP}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: hunter2}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
)";

const std::string service_as_git = R"({"metadata":{"name":"web"},"spec":{"type":"ClusterIP"}})";
const std::string load_balancer =
    R"({"metadata":{"name":"web","managedFields":[{"manager":"kubectl-edit","operation":"Update","time":"2026-11-29T10:00:00Z",
       "fieldsV1":{"f:spec":{"f:type":{}}}}]},"spec":{"type":"LoadBalancer"}})";
// As Argo CD masks it: equal marks are equal values.
const std::string secret =
    R"({"metadata":{"name":"db","uid":"u","resourceVersion":"7","annotations":{"kubectl.kubernetes.io/last-applied-configuration":
       "{\"data\":{\"password\":\"++++++++\"}}"},"managedFields":[{"manager":"argocd-controller","operation":"Update",
       "time":"2026-11-01T00:00:00Z","fieldsV1":{"f:data":{"f:password":{}},"f:metadata":{"f:annotations":
       {"f:kubectl.kubernetes.io/last-applied-configuration":{}}}}}]},"type":"Opaque","data":{"password":"++++++++"}})";
const std::string config_map = R"({"metadata":{"name":"settings"},"data":{"colour":"blue"}})";

const std::string_view of_shop = R"({"metadata": {"name": "shop"}})";
const std::string_view two_differ = R"({"status": {"sync": {"status": "OutOfSync"}, "resources": [
  {"kind": "Service", "namespace": "shop", "name": "web", "status": "OutOfSync"},
  {"kind": "Secret", "namespace": "shop", "name": "db", "status": "OutOfSync"},
  {"kind": "Thing", "group": "x", "name": "stranger", "status": "OutOfSync"}]}})";

struct AskingCase {
  AskingCase() {
    argocd.rendered["aaaa"] = {R"({"kind":"Service"})",
                               plan_config_map(rendered_plan(source, services_medium))};
    show(service_as_git, secret, config_map);
  }

  void show(const std::string& service, const std::string& secret_now, const std::string& map) {
    argocd.managed = {{"", "Service", "shop", "web", "{}", service, service != service_as_git},
                      {"", "Secret", "shop", "db", "{}", secret_now, secret_now != secret},
                      {"", "ConfigMap", "shop", "settings", "{}", map, map != config_map}};
  }
  Comparison ask() { return drift::controller::ask(argocd, summary, drift::Time()); }
  // As people and as programs see it.
  std::string told(const Comparison& comparison) const {
    Known known;
    known.summary = summary;
    return drift::controller::lines(drift::Time(), known, comparison) +
           drift::controller::json_line(drift::Time(), known, comparison);
  }

  FakeArgoCd argocd;
  Summary summary = summary_of(application({of_shop, two_differ}));
};

}  // namespace

TEST_CASE("A field that somebody changed is shown with its severity, what the policy does, and who it was") {
  AskingCase c;
  c.show(load_balancer, secret, config_map);
  const auto comparison = c.ask();
  REQUIRE(comparison.sources.size() == 1);
  const auto& found = comparison.sources.front();
  CHECK(found.report.severity == "medium");
  CHECK(found.decision.step == Decision::Step::wait);
  CHECK(found.actions.at("medium") == "approve");
  CHECK(c.argocd.asked == std::vector<std::string>{"manifests argocd/shop aaaa", "managed argocd/shop"});

  const auto text = c.told(comparison);
  CHECK(text.starts_with(
      "1970-01-01T00:00:00Z argocd/shop compared: a sync would wait for 1 approval of severity "
      "medium\n  shop: drift of severity medium (approve)\n"));
  CHECK(contains(text, "Service shop/web  drifted  medium (approve)  rule test/services\n"));
  CHECK(contains(text, "/spec/type  changed   LoadBalancer (cluster) -> ClusterIP (Git)\n"));
  CHECK(contains(text, "changed by kubectl-edit (Update), 2026-11-29T10:00:00Z"));
  CHECK(contains(text, R"("comparison":{"fields":true,)"));
  CHECK(contains(text, R"("decision":"wait")"));
  CHECK(contains(text,
                 R"("actions":{"critical":"stop","high":"restore","low":"autoSync","medium":"approve"})"));
}

TEST_CASE("A Secret that is gone or changed is shown without its values, and a ConfigMap by digests") {
  AskingCase c;
  c.show(service_as_git, "null", config_map);
  auto comparison = c.ask();
  CHECK(comparison.sources.front().decision.step == Decision::Step::pass);
  CHECK(contains(c.told(comparison), "a sync would put it back by itself\n"));
  CHECK(contains(c.told(comparison), "Secret shop/db  deleted  high (restore)"));

  auto changed = secret;
  drift::replace_all(changed, R"("data":{"password":"++++++++"}})", R"("data":{"password":"++++++++++++"}})");
  drift::replace_all(changed, R"("f:data":{"f:password":{}},)", "");
  drift::replace_all(
      changed, R"("managedFields":[)",
      R"("managedFields":[{"manager":"kubectl-patch","operation":"Update","time":"2026-11-29T10:00:00Z",)"
      R"("fieldsV1":{"f:data":{"f:password":{}}}},)");
  c.show(service_as_git, changed, R"({"metadata":{},"data":{"colour":"hunter3"}})");
  comparison = c.ask();
  const auto text = c.told(comparison);
  CHECK(contains(text, "/data/password  changed   value not shown"));
  CHECK(contains(text, "/data/colour"));
  CHECK_FALSE(contains(text, "hunter"));
  CHECK_FALSE(contains(text, "++++"));
}

TEST_CASE("What stops everything would be refused, and what has gone back by itself is no drift") {
  AskingCase c;
  c.show(R"({"metadata":{},"spec":{"type":"ClusterIP"}})", secret, config_map);
  auto comparison = c.ask();
  CHECK_FALSE(comparison.sources.front().report.drifted());
  CHECK(contains(c.told(comparison), "a sync would find no drift\n"));

  const auto with_ports = [](const char* port) {
    return std::string(
               R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"ports":[{"port":)") +
           port + "}]}}";
  };
  c.argocd.rendered["aaaa"] = {plan_config_map(rendered_plan(with_ports("80"), services_medium))};
  c.show(with_ports("81"), secret, config_map);
  comparison = c.ask();
  CHECK(comparison.sources.front().report.severity == "critical");
  CHECK(contains(c.told(comparison), "a sync would be refused: "));
}

TEST_CASE("Between two revisions Git's changes are no drift, and another policy is told") {
  AskingCase c;
  c.summary.compared = summary_of(application({another_revision})).compared;
  auto by_git = source, policy = services_medium;
  drift::replace_all(by_git, "ClusterIP", "NodePort");
  c.argocd.rendered["bbbb"] = {plan_config_map(rendered_plan(by_git, policy))};
  auto comparison = c.ask();
  CHECK(c.argocd.asked[1] == "manifests argocd/shop aaaa");
  CHECK_FALSE(comparison.sources.front().report.drifted());
  CHECK(comparison.sources.front().report.base_revision.size() == 40);
  CHECK_FALSE(comparison.other_policy);

  drift::replace_all(policy, "severity: high}", "severity: critical}");
  c.argocd.rendered["bbbb"] = {plan_config_map(rendered_plan(by_git, policy))};
  comparison = c.ask();
  CHECK(comparison.other_policy);
  CHECK_FALSE(comparison.sources.front().report.drifted());
  CHECK(contains(c.told(comparison), "argocd/shop policy: the policy isn't the one of the last success\n"));
}

TEST_CASE("What only the plugin writes is no drift, but a policy that has changed") {
  AskingCase c;
  c.argocd.managed[0] = {
      "",
      "Service",
      "shop",
      "web",
      R"({"metadata":{"annotations":{"drift-policy.dev/severity":"medium"}}})",
      R"({"metadata":{"annotations":{"drift-policy.dev/severity":"low"}},"spec":{"type":"ClusterIP"}})",
      true};
  const auto comparison = c.ask();
  CHECK(comparison.other_marks == 1);
  CHECK_FALSE(comparison.sources.front().report.drifted());
  CHECK(contains(c.told(comparison),
                 "argocd/shop policy: what the plugin writes differs in 1 object: the policy was "
                 "changed, or that was edited\n"));
}

TEST_CASE("Where fields can't be had, the objects are named with the severities that are known, and why") {
  AskingCase c;
  c.argocd.refuses_managed = "the objects of argocd/shop: Argo CD answered 403: …";
  auto comparison = c.ask();
  CHECK(comparison.sources.empty());
  CHECK(comparison.unanswered);
  auto text = c.told(comparison);
  CHECK(contains(text,
                 "argocd/shop fields aren't known: the objects of argocd/shop: Argo CD answered 403: …\n"
                 "  Service shop/web  medium (approve)\n"
                 "  Secret shop/db  high (restore)\n"
                 "  Thing stranger  severity not known\n"));
  CHECK(contains(text, R"("comparison":{"fields":false,"more":0,"objects":[{"action":"approve",)"));

  c.argocd.rendered.clear();
  comparison = c.ask();
  CHECK(comparison.blind == "no rendering of aaaa");
  CHECK(!comparison.unanswered);
  CHECK(contains(c.told(comparison), "  Service shop/web  severity not known\n"));
  c.summary.out_of_sync = 9;
  CHECK(contains(c.told(c.ask()), "  and 6 more\n"));
}

TEST_CASE("A plan counts that is this application's, and whole") {
  const auto plan = rendered_plan(source, services_medium);
  const auto blind = [&](const std::vector<std::string>& manifests) {
    AskingCase c;
    c.argocd.rendered["aaaa"] = manifests;
    return c.ask().blind;
  };
  CHECK(blind({plan_config_map(plan, "argocd_shop")}).empty());
  const std::string none = "what Argo CD renders holds no plan: another plugin, or none, has rendered it";
  CHECK(blind({}) == none);
  CHECK(blind({plan_config_map(plan, "other")}) == none);
  CHECK(blind({plan_config_map(plan, "shop", "settings")}) == none);
  auto forged = plan_config_map(plan);
  drift::replace_all(forged, R"("data":{"plan.json":")", R"("data":{"plan.json":" )");
  CHECK(contains(blind({forged}), "belongs to another sync"));
  CHECK(contains(blind({R"({"kind":"ConfigMap", "plan.json)"}), "expected JSON"));
  CHECK(blind({plan_config_map(plan), plan_config_map(plan, "shop", "shop-87654321-plan")}).empty());
}
