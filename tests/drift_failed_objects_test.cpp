// Which objects a sync left unfinished.
#include <fmt/format.h>

#include "drift_input.hpp"
#include "fake_kubernetes.hpp"
#include "hook/failed_objects.hpp"

namespace {
using namespace drift;
using tests::FakeClock;
using tests::FakeKubernetes;
using tests::Lines;

outside::ResourcePath deployment(const std::string& name) {
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
    kubernetes.put(deployment("n0"), R"({"metadata":{"name":"n0"}})");
    kubernetes.put(
        deployment("n1"),
        with_condition(
            R"({"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"hunter2"})"));
    kubernetes.put(deployment("n2"), with_condition(R"({"type":"Available","status":"True"})"));
    kubernetes.put(deployment("n3"), with_condition(R"({"type":"Ready","status":"False"})"));
    kubernetes.put(deployment("n5"), R"({"metadata":{"name":"n5"},"status":{"conditions":1}})");
    CHECK(hook::failed_objects(tests::plan_of(source(6)), kubernetes) ==
          Lines{"Deployment shop/n1: Progressing is False (ProgressDeadlineExceeded)",
                "Deployment shop/n3: Ready is False", "Deployment shop/n4: is not there"});
  }

  TEST_CASE("of what may not be read nothing is said, and other errors go through") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.forbid("get", deployment("n0"));
    CHECK(hook::failed_objects(tests::plan_of(source(1)), kubernetes).empty());
    kubernetes.fail(2, FakeKubernetes::Effect::before, 500);
    CHECK_THROWS_AS(hook::failed_objects(tests::plan_of(source(2)), kubernetes), outside::ApiError);
  }

  TEST_CASE("hooks, and what has no name of its own, are not asked for") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    const auto plan = tests::plan_of(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: once-}\n---\n"
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {argocd.argoproj.io/hook: "
        "Sync}}\n");
    REQUIRE(plan.objects.size() == 2);
    CHECK(hook::failed_objects(plan, kubernetes).empty());
    CHECK(kubernetes.calls.empty());
  }

  TEST_CASE("of very many fifty are named and the others counted") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    const auto failed = hook::failed_objects(tests::plan_of(source(60)), kubernetes);
    REQUIRE(failed.size() == 51);
    CHECK(failed.back() == "and 10 more");
  }
}
