// Which of the author's hooks failed in a sync.
#include "hooks/failed_hooks.hpp"

#include "support/drift_input.hpp"
#include "support/fake_kubernetes.hpp"

namespace {
using namespace drift;
using tests::FakeClock;
using tests::FakeKubernetes;
using tests::Lines;

std::string hook(const std::string& api, const std::string& kind, const std::string& name) {
  return "---\napiVersion: " + api + "\nkind: " + kind + "\nmetadata: {name: " + name +
         ", annotations: {argocd.argoproj.io/hook: PostSync}}\n";
}
const std::string all = hook("batch/v1", "Job", "j") + hook("v1", "Pod", "p") +
                        hook("argoproj.io/v1alpha1", "Workflow", "w") + hook("v1", "ConfigMap", "c");
const outside::ResourcePath job{"batch", "v1", "jobs", "shop", "j", ""};
const outside::ResourcePath pod{"", "v1", "pods", "shop", "p", ""};
const outside::ResourcePath workflow{"argoproj.io", "v1alpha1", "workflows", "shop", "w", ""};

std::string failed_job(const std::string& created) {
  return R"({"metadata":{"creationTimestamp":")" + created +
         R"("},"status":{"conditions":[{"type":"Failed","status":"True","reason":"PodFailurePolicy",)"
         R"("message":"exit code 1"}]}})";
}
const std::string began = "2026-11-25T10:00:00Z";
}  // namespace

TEST_SUITE("failed hooks") {
  TEST_CASE("Jobs with their condition's message, Pods and Workflows without theirs") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.put(job, failed_job("2026-11-25T10:00:05Z"));
    kubernetes.put(pod, R"({"metadata":{"creationTimestamp":"2026-11-25T10:00:05Z"},)"
                        R"("status":{"phase":"Failed","reason":"Evicted","message":"hunter2"}})");
    kubernetes.put(workflow, R"({"metadata":{"creationTimestamp":"2026-11-25T10:00:05Z"},)"
                             R"("status":{"phase":"Error","message":"hunter2"}})");
    CHECK(hooks::failed_hooks(tests::plan_of(all), began, kubernetes) ==
          Lines{"Job shop/j: failed: PodFailurePolicy (exit code 1)", "Pod shop/p: failed: Evicted",
                "Workflow shop/w: failed"});
  }

  TEST_CASE(
      "one of another sync, that went well, is gone, may not be read or is of no known kind, is none; other "
      "errors go through") {
    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.put(job, failed_job("2026-11-25T09:59:59Z"));
    kubernetes.put(
        pod, R"({"metadata":{"creationTimestamp":"2026-11-25T10:00:05Z"},"status":{"phase":"Succeeded"}})");
    CHECK(hooks::failed_hooks(tests::plan_of(all), began, kubernetes).empty());
    kubernetes.forbid("get", job);
    CHECK(hooks::failed_hooks(tests::plan_of(all), began, kubernetes).empty());
    kubernetes.fail(2, FakeKubernetes::Effect::before,
                    404);  // no such resource: get() has none for an object that is gone
    CHECK(hooks::failed_hooks(tests::plan_of(all), began, kubernetes).empty());
    kubernetes.fail(2, FakeKubernetes::Effect::before, 500);
    CHECK_THROWS_AS(hooks::failed_hooks(tests::plan_of(all), began, kubernetes), outside::ApiError);
  }
}
