// Which objects a sync left unfinished.
#include "hooks/failed_objects.hpp"

#include <fmt/format.h>

#include "support/drift_input.hpp"
#include "support/fake_kubernetes.hpp"

namespace {
using namespace drift;
using tests::FakeClock;
using tests::FakeKubernetes;
using tests::Lines;

outside::ResourcePath deployment_path(const std::string& name) {
  return {"apps", "v1", "deployments", "shop", name, ""};
}
std::string with_condition(const std::string& condition) {
  return R"({"metadata":{"name":"a","namespace":"shop"},"status":{"conditions":[{"type":"Other","status":"True"},)" +
         condition + "]}}";
}
std::string source(int objects) {
  std::string text;
  for (int i = 0; i < objects; ++i)
    text += fmt::format("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: n{}}}\n", i);
  return text;
}
}  // namespace

TEST_SUITE("drift: failed objects") {
  TEST_CASE("what is missing or in trouble is named with its reason") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.put(deployment_path("n0"), R"({"metadata":{"name":"n0"}})");
    kubernetes.put(
        deployment_path("n1"),
        with_condition(
            R"({"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"hunter2"})"));
    kubernetes.put(deployment_path("n2"), with_condition(R"({"type":"Available","status":"True"})"));
    kubernetes.put(deployment_path("n3"), with_condition(R"({"type":"Ready","status":"False"})"));
    kubernetes.put(deployment_path("n5"), R"({"metadata":{"name":"n5"},"status":{"conditions":1}})");
    CHECK(hooks::failed_objects(tests::plan_of(source(6)), kubernetes) ==
          Lines{"Deployment shop/n1: Progressing is False (ProgressDeadlineExceeded)",
                "Deployment shop/n3: Ready is False", "Deployment shop/n4: is not there"});
  }

  TEST_CASE("of what may not be read nothing is said, and other errors go through") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.forbid("get", deployment_path("n0"));
    CHECK(hooks::failed_objects(tests::plan_of(source(1)), kubernetes).empty());
    kubernetes.fail(2, FakeKubernetes::Effect::before, 500);
    CHECK_THROWS_AS(hooks::failed_objects(tests::plan_of(source(2)), kubernetes), outside::ApiError);
  }

  TEST_CASE("hooks, and what has no name of its own, are not asked for") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    const auto plan = tests::plan_of(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: once-}\n---\n"
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {argocd.argoproj.io/hook: "
        "Sync}}\n");
    REQUIRE(plan.objects.size() == 2);
    CHECK(hooks::failed_objects(plan, kubernetes).empty());
    CHECK(kubernetes.calls.empty());
  }

  TEST_CASE("what isn't as Git wants it is named with its fields, by wave, however it was written") {
    const std::string source =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: n0, annotations: "
        "{argocd.argoproj.io/sync-wave: "
        "'1'}}\n"
        "spec: {replicas: 2, selector: {matchLabels: {app: shop}}}\n---\n"
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: ClusterIP, a: 1, b: 2, c: 3, d: "
        "4}\n";
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    // As after an update of Argo CD's own that was refused: its copy, and its managedFields, are of the sync before.
    kubernetes.put(
        deployment_path("n0"),
        R"({"metadata":{"name":"n0","annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
        R"("{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"web\"}}}}"},"managedFields":[{)"
        R"("manager":"argocd-controller","operation":"Update","time":"2026-11-20T08:00:00Z",)"
        R"("fieldsV1":{"f:spec":{"f:selector":{}}}}]},)"
        R"("spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}}}})");
    kubernetes.put({"", "v1", "services", "shop", "s", ""},
                   R"({"metadata":{"name":"s"},"spec":{"type":"NodePort"}})");
    CHECK(hooks::failed_objects(tests::plan_of(source), kubernetes) ==
          Lines{"Service shop/s: /spec/a is not there, Git wants 1; /spec/b is not there, Git wants 2; "
                "/spec/c is "
                "not there, Git wants 3; and 2 more",
                "Deployment shop/n0: /spec/selector/matchLabels/app is web, Git wants shop"});
  }

  TEST_CASE(
      "what Argo CD applied as Git wants it, an autoscaler decides, or the plan ignores, isn't unfinished") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.put(
        deployment_path("n0"),
        R"({"metadata":{"name":"n0","annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
        R"("{\"spec\":{\"paused\":true}}"},"managedFields":[{"manager":"kube-controller-manager",)"
        R"("operation":"Update","subresource":"scale","time":"2026-11-20T08:00:00Z",)"
        R"("fieldsV1":{"f:spec":{"f:replicas":{}}}}]},"spec":{"replicas":9,"paused":false}})");
    CHECK(
        hooks::failed_objects(
            tests::plan_of("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: n0}\nspec: {replicas: 2, "
                           "paused: true}\n"),
            kubernetes)
            .empty());
  }

  TEST_CASE("no value of a Secret, a ConfigMap or an environment is shown") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.put({"", "v1", "secrets", "shop", "s", ""},
                   R"({"metadata":{"labels":{"a":"c"}},"type":"Opaque","data":{"p":"aHVudGVyMg=="}})");
    kubernetes.put({"", "v1", "configmaps", "shop", "m", ""}, R"({"data":{"p":"hunter2"}})");
    const auto failed = hooks::failed_objects(
        tests::plan_of("apiVersion: v1\nkind: Secret\nmetadata: {name: s, labels: {a: b}}\ndata: {p: "
                       "aHVudGVyMw==}\n---\n"
                       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {p: hunter3}\n"),
        kubernetes);
    REQUIRE(failed.size() == 2);
    CHECK(failed[0] == "Secret shop/s: /metadata/labels/a is c, Git wants b");
    CHECK(failed[1].starts_with("ConfigMap shop/m: /data/p is sha256:"));
    for (const auto& line : failed) {
      CHECK(line.find("hunter") == std::string::npos);
      CHECK(line.find("aHVu") == std::string::npos);
    }
  }

  TEST_CASE("of very many fifty are named and the others counted") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    const auto failed = hooks::failed_objects(tests::plan_of(source(60)), kubernetes);
    REQUIRE(failed.size() == 51);
    CHECK(failed.back() == "and 10 more");
  }
}
