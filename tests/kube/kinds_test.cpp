// Kinds of which nobody knows whether they have namespaces, and what the platform says of them.
#include "kube/kinds.hpp"

#include <algorithm>

#include "generate/accounts.hpp"
#include "generate/scopes.hpp"
#include "policy/match.hpp"
#include "support/policy_cases.hpp"

using namespace drift;
using namespace drift::policy;

namespace {

constexpr const char* rules = R"(
rules:
- name: widgets
  match: {any: [{resources: {kinds: [Widget, ClusterIssuer, ConfigMap]}}]}
  exclude: {any: [{resources: {namespaces: [dev]}}]}
  severity: critical
- name: prod
  match: {any: [{resources: {kinds: [Gadget], namespaces: [prod]}}]}
  severity: high
)";

std::string object(const std::string& type, const std::string& metadata) {
  return type + "\nmetadata: {" + metadata + "}\n";
}
const std::string widget = "apiVersion: example.com/v1\nkind: Widget";

std::string severity(const PolicySet& set, const std::string& text) {
  return set.severities[verdict_of(set, text, "shop").severity].name;
}

}  // namespace

TEST_SUITE("policy: scope") {
  TEST_CASE("a namespace takes an object out of a rule only where its kind is known to have one") {
    const auto set = set_of(rules);
    CHECK(severity(set, object(widget, "name: a, namespace: dev")) == "critical");
    CHECK(severity(set, object("apiVersion: cert-manager.io/v1\nkind: ClusterIssuer",
                               "name: a, namespace: dev")) == "critical");
    CHECK(severity(set, object("apiVersion: v1\nkind: ConfigMap", "name: a, namespace: dev")) == "low");
  }

  TEST_CASE("where the platform lists the kind, it counts as listed") {
    for (const char* listed : {"namespaced: [Widget.example.com]", "namespaced: ['*.example.com']"}) {
      const auto set = set_of(rules + std::string(listed));
      CHECK(severity(set, object(widget, "name: a, namespace: dev")) == "low");
      CHECK(severity(set, object(widget, "name: a, namespace: prod")) == "critical");
    }
    const auto cluster =
        set_of(rules + std::string("clusterScoped: [Widget.example.com, Gadget.example.com]"));
    CHECK(severity(cluster, object(widget, "name: a, namespace: dev")) == "critical");
    CHECK(severity(cluster, object("apiVersion: example.com/v1\nkind: Gadget", "name: a, namespace: prod")) ==
          "low");
  }

  TEST_CASE("a rule for a namespace matches where the kind may have one") {
    const auto set = set_of(rules);
    CHECK(severity(set, object("apiVersion: example.com/v1\nkind: Gadget", "name: a, namespace: prod")) ==
          "high");
    CHECK(severity(set, object("apiVersion: example.com/v1\nkind: Gadget", "name: a")) == "low");
  }

  TEST_CASE("no definition of the author's says that a namespace counts") {
    const std::string definition =
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
        "spec: {group: example.com, scope: Namespaced, names: {kind: Widget, plural: widgets}}\n";
    CHECK(severity(set_of(rules), object(widget, "name: a, namespace: dev") + definition) == "critical");
  }

  TEST_CASE("explain says that an exclude doesn't count, and why") {
    const auto manifests = manifests_of(object(widget, "name: a, namespace: dev"));
    const auto trace = explain(set_of(rules), manifests, 0, {"shop"}).front();
    CHECK(trace.matched);
    CHECK(trace.clause ==
          "any[0]; exclude doesn't count, since nobody knows whether Widget.example.com has a namespace: the "
          "platform can list it under clusterScoped or namespaced");
  }

  TEST_CASE("the platform's word counts before the table, but not for Kubernetes' own") {
    drift::kube::KindFacts facts;
    facts.cluster_scoped = {drift::Glob("Rollout.argoproj.io"), drift::Glob("*.*")};
    facts.namespaced = {drift::Glob("ClusterIssuer.cert-manager.io")};
    facts.plurals = {{"Rollout.argoproj.io", "rolls"}, {"Deployment.apps", "others"}};
    CHECK(drift::kube::scope_of("argoproj.io", "Rollout", facts) == drift::kube::Scope::cluster);
    CHECK(drift::kube::scope_of("apps", "Deployment", facts) == drift::kube::Scope::namespaced);
    CHECK(drift::kube::scope_of("", "ConfigMap", facts) == drift::kube::Scope::namespaced);
    CHECK(drift::kube::known_plural("argoproj.io", "Rollout", facts) == "rolls");
    CHECK(drift::kube::known_plural("apps", "Deployment", facts) == "deployments");
    CHECK(drift::kube::scope_of("constraints.gatekeeper.sh", "K8sAllowedRepos", {}) ==
          drift::kube::Scope::cluster);
    CHECK(drift::kube::known_plural("constraints.gatekeeper.sh", "K8sRequiredLabels", {}) ==
          "k8srequiredlabels");
    CHECK(drift::kube::scope_of("example.com", "Widget", {}) == drift::kube::Scope::unknown);
  }

  TEST_CASE("the lists of several policies count together; mistakes in them have their place") {
    CHECK(strings_of(findings_of("clusterScoped: [Widget]").mistakes)
              .front()
              .find("expected a kind as Kind.group") != std::string::npos);
    CHECK(strings_of(findings_of("clusterScoped: [StorageClass.storage.k8s.io]").mistakes) ==
          std::vector<std::string>{
              "policy.yaml:5:19: \"StorageClass.storage.k8s.io\" is a kind of Kubernetes' own; "
              "expected one of a CustomResourceDefinition"});
    CHECK(strings_of(findings_of("clusterScoped: [A.b.c]\nnamespaced: [A.b.c]").mistakes)
              .front()
              .find("is listed under clusterScoped too") != std::string::npos);
    CHECK(strings_of(findings_of("plurals: {'*.b.c': as}").mistakes).front().find("is no kind") !=
          std::string::npos);
    Findings findings;
    const auto set = load({{"a.yaml", policy_text("clusterScoped: [A.b.c]", "a")},
                           {"b.yaml", policy_text("clusterScoped: [B.b.c]\nplurals: {B.b.c: bees}", "b")}},
                          findings);
    CHECK(findings.mistakes.empty());
    CHECK(drift::kube::scope_of("b.c", "A", set.kinds) == drift::kube::Scope::cluster);
    CHECK(drift::kube::scope_of("b.c", "B", set.kinds) == drift::kube::Scope::cluster);
    CHECK(drift::kube::known_plural("b.c", "B", set.kinds) == "bees");
  }

  TEST_CASE("an application's own policy can't say what a kind is") {
    for (const char* setting : {"clusterScoped: [A.b.c]", "namespaced: [A.b.c]", "plurals: {A.b.c: as}"}) {
      Findings findings;
      load({{"policy.yaml", policy_text("rules: []")},
            {".drift-policy.yaml", policy_text(setting, "own"), true}},
           findings);
      REQUIRE(findings.mistakes.size() == 1);
      CHECK(findings.mistakes.front().message.find("an application's policy can't set") != std::string::npos);
    }
  }

  TEST_CASE("the hooks' accounts may get what the platform lists, by its plural, but no pattern of kinds") {
    const auto text = generate::accounts(
        set_of("hooks: {namespace: guards}\nclusterScoped: [Widget.example.com, '*.example.org']\n"
               "plurals: {Widget.example.com: widgetry}\n"));
    CHECK(text.find("- example.com\n") != std::string::npos);
    CHECK(text.find("- widgetry\n") != std::string::npos);
    CHECK(text.find("example.org") == std::string::npos);
    CHECK(text.find("- clusterissuers\n") != std::string::npos);
    CHECK(text.find("- gatewayclasses\n") != std::string::npos);
    // May hold a token of Vault.
    CHECK(text.find("clustertriggerauthentications") == std::string::npos);
  }

  TEST_CASE("generate scopes writes a policy of what isn't known, or known otherwise") {
    const auto text = generate::scopes({{"", "Pod", "pods", true},
                                        {"apps", "Deployment", "deployments", true},
                                        {"cert-manager.io", "ClusterIssuer", "clusterissuers", false},
                                        {"argoproj.io", "Rollout", "rollouts", false},
                                        {"example.com", "Widget", "widgets", false},
                                        {"example.com", "NetThing", "net-things", true}});
    CHECK(text == R"(apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata:
  name: kinds
spec:
  clusterScoped:
  - Rollout.argoproj.io
  - Widget.example.com
  namespaced:
  - NetThing.example.com
  plurals:
    NetThing.example.com: net-things
)");
    Findings findings;
    load({{"kinds.yaml", text}}, findings);
    CHECK(findings.mistakes.empty());
  }
}
