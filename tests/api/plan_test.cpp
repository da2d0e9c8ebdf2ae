// The plan: what it says, what it never says, and what it doesn't depend on.
#include "api/plan.hpp"

#include <doctest/doctest.h>

#include "api/plan_json.hpp"
#include "kube/kinds.hpp"
#include "support/hooks_input.hpp"

namespace {
using drift::tests::Injected;
using drift::tests::medium_policy;
using drift::tests::Rendered;
using drift::tests::shop;
using drift::tests::web;

const drift::kube::KindFacts nothing_known;

std::string plan_text_of(const std::string& source, drift::api::Application application = shop()) {
  const Rendered rendered(source, medium_policy, std::move(application));
  return drift::annotators::plan(rendered.input());
}

// The value at a path of the plan, as JSON.
std::string at(const std::string& plan, const std::vector<std::string>& path) {
  const drift::yaml::Document document("plan.json", plan, {0, static_cast<std::uint32_t>(plan.size())});
  const auto node = Injected::at(document.root(), path);
  return node ? node.json() : "nothing";
}

const std::string secret = R"(apiVersion: v1
kind: Secret
metadata: {name: db, annotations: {note: aHVudGVyMg==}}
data: {password: aHVudGVyMg==}
stringData: {token: hunter2}
)";
}  // namespace

TEST_SUITE("plan") {
  TEST_CASE("it is canonical JSON: one line, keys sorted") {
    const std::string plan = plan_text_of(web + "---\n" + secret);
    const drift::yaml::Document document("plan.json", plan, {0, static_cast<std::uint32_t>(plan.size())});
    CHECK(document.root().json() + "\n" == plan);
  }

  TEST_CASE("it says what is rendered and by which policy") {
    const std::string plan = plan_text_of(web);
    CHECK(at(plan, {"application"}) == R"("shop")");
    CHECK(at(plan, {"project"}) == R"("default")");
    CHECK(at(plan, {"revision"}) == R"("0123456789abcdef0123456789abcdef01234567")");
    CHECK(at(plan, {"repository"}) == R"("https://git.example/shop.git")");
    CHECK(at(plan, {"path"}) == R"("deploy")");
    CHECK(at(plan, {"destinationNamespace"}) == R"("shop")");
    CHECK(at(plan, {"hooksNamespace"}) == R"("drift-policy")");
    CHECK(at(plan, {"enforcement"}) == R"("enforce")");
    CHECK(at(plan, {"severity"}) == R"("medium")");
    CHECK(at(plan, {"version"}) == "1");
    CHECK(at(plan, {"policyDigest"}).size() > 64);
    CHECK(at(plan, {"platformPolicyDigest"}) == "nothing");
    const auto read = drift::api::read_plan(plan);
    CHECK(read.platform_policy_digest == read.policy_digest);
  }

  TEST_CASE("beside an application's own policy it names the platform's too") {
    const Rendered rendered(web, medium_policy);
    const auto input = rendered.input();
    auto policies = input.policies;
    policies.digest = "both";
    const auto plan = drift::api::read_plan(drift::annotators::plan(
        {input.manifests, input.verdicts, policies, input.application, input.injected}));
    CHECK(plan.policy_digest == "both");
    CHECK(plan.platform_policy_digest == input.policies.platform_digest);
  }

  TEST_CASE("severities come with what they demand, durations in seconds") {
    CHECK(at(plan_text_of(web), {"severities", "1"}) ==
          R"({"approval":{"escalateAfterSeconds":5400,"groups":["platform","CN=ops,OU=x"],"required":2,)"
          R"("throughArgoCD":false,"timeoutSeconds":86400},"name":"medium","notify":["slack"],)"
          R"("remediation":{"action":"approve","maxRetries":2,"rollbackOnFailure":false}})");
  }

  TEST_CASE("an object has its place in the API, its verdict and its guarded fields") {
    CHECK(
        at(plan_text_of(web), {"objects", "0"}) ==
        R"({"demands":"medium","group":"apps","guarded":[{"demands":"low","health":"none","id":"replicas",)"
        R"("key":"replicas","pointer":"/spec/replicas","severity":"low","value":"3"}],"kind":"Deployment",)"
        R"("manifest":{"spec":{"replicas":3}},"name":"web","namespace":"shop","resource":"deployments","rule":"test/workloads","severity":"medium",)"
        R"("version":"v1","wave":0})");
  }

  TEST_CASE("nothing of a Secret is in it but its name and verdict") {
    const std::string plan = plan_text_of(secret);
    CHECK(at(plan, {"objects", "0", "name"}) == R"("db")");
    CHECK(at(plan, {"objects", "0", "severity"}) == R"("high")");
    CHECK(plan.find("hunter2") == std::string::npos);
    CHECK(plan.find("aHVudGVyMg") == std::string::npos);
  }

  TEST_CASE("it doesn't depend on whether a manifest went through us before") {
    const std::string annotated = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    drift-policy.dev/severity: medium
    drift-policy.dev/rule: test/workloads
    want.drift-policy.dev/replicas: "3"
  name: web
spec:
  replicas: 3
)";
    const std::string plain = web.substr(0, web.find("---"));
    CHECK(plan_text_of(annotated) == plan_text_of(plain));
  }

  TEST_CASE("the wave is the one that is applied") {
    const std::string policy = drift::tests::policy_text(R"(
  rules:
  - {name: soft, match: {any: [{resources: {kinds: [ConfigMap]}}]}, syncWave: {value: 5}}
  - {name: hard, match: {any: [{resources: {kinds: [Service]}}]}, syncWave: {value: 7, overwrite: true}}
)");
    const auto wave = [&](const std::string& kind, const std::string& annotations) {
      const Rendered rendered(
          "apiVersion: v1\nkind: " + kind + "\nmetadata:\n  name: a\n  annotations: {" + annotations + "}\n",
          policy);
      return at(drift::annotators::plan(rendered.input()), {"objects", "0", "wave"});
    };
    CHECK(wave("ConfigMap", "") == "5");
    CHECK(wave("ConfigMap", R"(argocd.argoproj.io/sync-wave: "-2")") == "-2");
    CHECK(wave("Service", R"(argocd.argoproj.io/sync-wave: "-2")") == "7");
    CHECK(wave("Pod", R"(argocd.argoproj.io/sync-wave: "9")") == "9");
    CHECK(wave("ConfigMap", R"(helm.sh/hook: pre-install, helm.sh/hook-weight: "-3")") == "-3");
  }

  TEST_CASE("credentials in a repository's address stay out") {
    using drift::api::without_credentials;
    CHECK(without_credentials("https://me:token@git.example/a.git") == "https://git.example/a.git");
    CHECK(without_credentials("https://token@git.example/a@b.git") == "https://git.example/a@b.git");
    CHECK(without_credentials("ssh://git@git.example/a.git") == "ssh://git@git.example/a.git");
    CHECK(without_credentials("git@git.example:a/b.git") == "git@git.example:a/b.git");
    CHECK(without_credentials("https://git.example/a@b.git") == "https://git.example/a@b.git");
  }

  TEST_CASE("the address as a whole still tells two applications apart") {
    auto application = shop();
    application.repository = "https://me:token@git.example/shop.git";
    CHECK(plan_text_of(web, application).find("token") == std::string::npos);
  }

  TEST_CASE("characters that YAML does not print are escaped") {
    auto application = shop();
    application.path =
        "a\xE2\x80\xA8"
        "b\x7F\xC2\x85";
    CHECK(plan_text_of(web, application).find(R"("path":"a\u2028b\u007f\u0085")") != std::string::npos);
  }

  TEST_CASE("namespaces that hold a hook are applied before the gate, and the plan says so") {
    const std::string spaces =
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
        "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n";
    const std::string plan = plan_text_of(web + spaces);
    CHECK(at(plan, {"objects", "2", "beforeGate"}) == "true");
    CHECK(at(plan, {"objects", "3", "beforeGate"}) == "nothing");
  }

  TEST_CASE("kinds are called as the API calls them") {
    const drift::manifest::Manifests none({});
    const drift::kube::Resources resources(none, nothing_known);
    CHECK(resources.of("networking.k8s.io", "Ingress").plural == "ingresses");
    CHECK(resources.of("networking.k8s.io", "NetworkPolicy").plural == "networkpolicies");
    CHECK(resources.of("", "Endpoints").plural == "endpoints");
    CHECK(resources.of("discovery.k8s.io", "EndpointSlice").plural == "endpointslices");
    CHECK(resources.of("gateway.networking.k8s.io", "Gateway").plural == "gateways");
    CHECK(resources.of("storage.k8s.io", "StorageClass").plural == "storageclasses");
    CHECK_FALSE(resources.of("storage.k8s.io", "StorageClass").namespaced);
    CHECK(resources.of("", "ConfigMap").namespaced);
  }

  TEST_CASE("what nobody knows of a kind is marked, with the namespace that it has if it has one") {
    const auto guessed = [](const std::string& kind, const std::string& metadata) {
      return at(plan_text_of("apiVersion: " + kind + "\nmetadata: {name: a" + metadata + "}\n"),
                {"objects", "0", "guessed"});
    };
    CHECK(guessed("example.org/v1\nkind: Note", "") == R"({"namespace":"shop"})");
    CHECK(guessed("example.org/v1\nkind: Note", ", namespace: other") == R"({"namespace":"other"})");
    CHECK(guessed("example.org/v1\nkind: Note", ", namespace: ''") == R"({"namespace":"shop"})");
    CHECK(guessed("apps/v1\nkind: Deployment", "") == "nothing");
    CHECK(guessed("cert-manager.io/v1\nkind: ClusterIssuer", ", namespace: other") == "nothing");
    CHECK(guessed("constraints.gatekeeper.sh/v1beta1\nkind: K8sRequiredLabels", "") == "nothing");
    const std::string definition =
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
        "spec: {group: example.org, scope: Cluster, names: {kind: Note, plural: notes}}\n";
    const auto plan =
        plan_text_of("apiVersion: example.org/v1\nkind: Note\nmetadata: {name: a}\n" + definition);
    CHECK(at(plan, {"objects", "0", "guessed"}) == R"({"namespace":"shop"})");
    CHECK(at(plan, {"objects", "0", "namespace"}) == R"("")");
  }

  TEST_CASE("a definition in the rendering says how its kind is called, but not for Kubernetes' own") {
    const auto definition = [](const std::string& group, const std::string& kind, const std::string& plural) {
      return "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
             "spec: {group: " +
             group + ", scope: Cluster, names: {kind: " + kind + ", plural: \"" + plural + "\"}}\n";
    };
    const drift::manifest::Manifests manifests(
        {{"a.yaml", definition("example.org", "Sheep", "sheep") + definition("example.org", "Star", "*") +
                        definition("rbac.authorization.k8s.io", "Role", "nothing")}});
    const drift::kube::Resources resources(manifests, nothing_known);
    CHECK(resources.of("example.org", "Sheep").plural == "sheep");
    CHECK_FALSE(resources.of("example.org", "Sheep").namespaced);
    CHECK(resources.of("example.org", "Star").plural == "stars");
    CHECK(resources.of("rbac.authorization.k8s.io", "Role").plural == "roles");
  }

  TEST_CASE("nothing that an author made up gets into RBAC") {
    const drift::manifest::Manifests none({});
    const drift::kube::Resources resources(none, nothing_known);
    for (const std::string kind : {"*", "Pods/log", "Pod Log", "1Pod", ""})
      CHECK(resources.of("", kind).plural.empty());
    CHECK(resources.of("*", "Pod").plural.empty());
    CHECK(resources.of("a/b", "Pod").plural.empty());
  }
}
