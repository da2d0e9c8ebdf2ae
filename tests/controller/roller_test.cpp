// A policy's rollout beside a cluster and an Argo CD in memory: what is asked, what is written, and what is not.
#include "controller/roller.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "api/plan.hpp"
#include "controller/applications.hpp"
#include "controller/rollout_metrics.hpp"
#include "json/read.hpp"
#include "store/pauses.hpp"
#include "store/rollouts.hpp"
#include "support/application_case.hpp"
#include "support/fake_argocd.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kubernetes.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::api::Rollout;
using drift::api::RolloutState;

namespace {

const std::string new_policy = medium_policy + "    labels: {policy: new}\n";

// The digest of the plan that it renders.
std::string digest_of(const std::string& policy) {
  return drift::api::read_plan(rendered_plan(web, policy)).policy_digest;
}

struct RollerCase {
  RollerCase() {
    repo_server(4, 4);
    for (const std::string name : {"shop", "web"}) put(name);
    start();
  }

  static drift::outside::ResourcePath path(const std::string& name) {
    return drift::controller::applications_in("argocd", name);
  }
  static drift::outside::ResourcePath deployment() {
    return {"apps", "v1", "deployments", "argocd", "argocd-repo-server", ""};
  }

  // Each application renders a revision of its own name.
  void put(const std::string& name) {
    auto document = application();
    merge(document,
          parse_json(R"({"metadata": {"name": ")" + name + R"(", "uid": "u-)" + name +
                     R"("}, "status": {"sync": {"revision": ")" + name + R"("}}})"),
          document);
    kubernetes.put(path(name), to_text(document));
    renders(name, medium_policy);
  }
  void renders(const std::string& name, const std::string& policy) {
    argocd.rendered[name] = {plan_config_map(rendered_plan(web, policy), name)};
  }

  // Its pods are those of `updated` of the two.
  void repo_server(int generation, int observed, int updated = 2, const std::string& revision = "1") {
    kubernetes.put(deployment(),
                   R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"argocd-repo-server",
        "namespace":"argocd","generation":)" +
                       std::to_string(generation) +
                       R"(,"annotations":{"deployment.kubernetes.io/revision":")" + revision +
                       R"("}},"spec":{"replicas":2},"status":{"observedGeneration":)" +
                       std::to_string(observed) + R"(,"replicas":2,"updatedReplicas":)" +
                       std::to_string(updated) + R"(,"availableReplicas":2}})");
  }

  void start() {
    roller = std::make_unique<drift::controller::Roller>(
        drift::controller::Roller::World{kubernetes, argocd, clock}, settings,
        drift::controller::Roller::Surroundings{
            [this] { return leads; }, [this] { return storms; },
            [this] {
              return wanted.empty() ? drift::controller::Roller::Wanted{{}, "a mistake in it"}
                                    : drift::controller::Roller::Wanted{wanted, {}};
            },
            [this](const Rollout* rollout) {
              told.push_back(rollout ? rollout->state : std::optional<RolloutState>());
            },
            [this] { ++refreshes; }});
    see();
  }

  void see() {
    for (const std::string name : {"shop", "web"}) {
      const auto summary = drift::controller::summary_of(kubernetes.stored(path(name)));
      roller->seen(drift::controller::judge(nullptr, summary, clock.now(), std::chrono::hours(24 * 400)));
    }
  }
  // What is due until nothing is any more, or 20 steps.
  void steps() {
    see();
    for (int i = 0; i < 20; ++i)
      if (roller->step() > drift::Time(clock.now())) break;
    clock.wait(3s);  // between two writes of how far it is
    roller->step();
  }
  void pass(std::chrono::seconds time) {
    clock.wait(time);
    steps();
  }

  bool refreshes_hard(const std::string& name) const {
    return drift::text_at(kubernetes.stored(path(name)),
                          {"metadata", "annotations", "argocd.argoproj.io/refresh"}) == "hard";
  }
  // Argo CD renders it anew, by that policy.
  void argocd_refreshes(const std::string& name, const std::string& policy) {
    REQUIRE(refreshes_hard(name));
    renders(name, policy);
    kubernetes.patch(path(name), R"({"metadata": {"annotations": {"argocd.argoproj.io/refresh": null}}})");
    steps();
  }

  Rollout rollout() {
    const auto found = drift::store::read_rollout(kubernetes, "drift-policy");
    REQUIRE(found);
    return *found;
  }

  FakeClock clock;
  FakeKubernetes kubernetes{clock};
  FakeArgoCd argocd;
  drift::controller::Roller::Settings settings{
      {.in_flight = 1}, true, "drift-policy", "argocd", "argocd-repo-server"};
  bool leads = true, storms = false;
  std::string wanted = digest_of(medium_policy);
  int refreshes = 0;
  std::vector<std::optional<RolloutState>> told;
  std::unique_ptr<drift::controller::Roller> roller;
};

}  // namespace

TEST_CASE(
    "A changed policy is rolled out one application after the other, and each is asked what it renders") {
  RollerCase c;
  c.steps();
  CHECK(c.rollout().state == RolloutState::complete);
  CHECK(c.refreshes == 0);

  c.wanted = digest_of(new_policy);
  c.pass(10s);
  CHECK(c.refreshes_hard("shop"));
  CHECK(!c.refreshes_hard("web"));
  CHECK(c.rollout().refreshing == 1);
  c.pass(60s);
  CHECK(!c.refreshes_hard("web"));
  c.argocd_refreshes("shop", new_policy);
  CHECK(c.rollout().updated == 1);
  c.argocd_refreshes("web", new_policy);
  CHECK(c.rollout().state == RolloutState::complete);
  CHECK(c.refreshes == 2);
  c.pass(600s);
  CHECK(c.refreshes == 2);

  // Whoever takes its place asks again, and refreshes nothing.
  c.start();
  c.steps();
  CHECK(c.refreshes == 2);
  CHECK(c.rollout().state == RolloutState::complete);
}

TEST_CASE("Nothing is asked or refreshed while repo-server is rolled out, nor where that isn't known") {
  RollerCase c;
  c.steps();
  const auto asked = c.argocd.asked.size();
  c.wanted = digest_of(new_policy);
  const auto holds = [&](const std::string& why) {
    c.pass(10s);
    CHECK(c.refreshes == 0);
    CHECK(c.argocd.asked.size() == asked);
    CHECK(c.rollout().state == RolloutState::held);
    CHECK_MESSAGE(contains(c.rollout().reason, why), c.rollout().reason);
  };
  SUBCASE("its change isn't seen yet") {
    c.repo_server(5, 4);
  }
  SUBCASE("a pod is old") {
    c.repo_server(5, 5, 1);
  }
  SUBCASE("it may not be read") {
    c.kubernetes.forbid("get", RollerCase::deployment());
  }
  SUBCASE("it isn't there") {
    c.kubernetes.erase(RollerCase::deployment());
  }
  holds("Deployment argocd/argocd-repo-server");
}

TEST_CASE("After another rollout of repo-server everything is asked anew, and not after it was scaled") {
  RollerCase c;
  c.steps();
  const auto asked = c.argocd.asked.size();
  c.repo_server(5, 5);
  c.pass(10s);
  CHECK(c.argocd.asked.size() == asked);
  c.repo_server(6, 6, 2, "2");
  c.renders("web", new_policy);
  c.pass(10s);
  CHECK(c.argocd.asked.size() == asked + 2);
  CHECK(c.refreshes_hard("web"));
}

TEST_CASE(
    "A rollout is held by a storm, a pause of all, a policy that can't be read, and where it only observes") {
  RollerCase c;
  c.wanted = digest_of(new_policy);
  std::string why;
  SUBCASE("storm") {
    c.storms = true;
    why = "many applications drifted";
  }
  SUBCASE("pause") {
    drift::store::Pauses(c.kubernetes, "drift-policy")
        .set("all", {"ann", "a release", drift::Time(c.clock.now() + 1h)});
    why = "paused by ann until";
  }
  SUBCASE("pauses aren't known") {
    c.kubernetes.forbid("get", {"", "v1", "configmaps", "drift-policy", "drift-policy-pause", ""});
    why = "whether it is paused isn't known";
  }
  SUBCASE("policy") {
    c.wanted.clear();
    why = "a mistake in it";
  }
  SUBCASE("none at once") {
    c.settings.pace.in_flight = 0;
    why = "--rollout-in-flight is 0";
  }
  c.start();
  c.steps();
  CHECK(c.refreshes == 0);
  REQUIRE(c.told.back() == RolloutState::held);
  // What can't be read can be forbidden for reading it here, too.
  if (why != "whether it is paused isn't known") CHECK(contains(c.rollout().reason, why));
}

TEST_CASE("Who observes tells how far it is, and writes nothing") {
  RollerCase c;
  c.wanted = digest_of(new_policy);
  c.settings.acts = false;
  c.start();
  c.steps();
  CHECK(c.told.back() == RolloutState::held);
  CHECK(c.refreshes == 0);
  for (const auto& call : c.kubernetes.calls) CHECK(call.starts_with("get "));
}

TEST_CASE("Who doesn't lead does nothing, and who no longer leads shows nothing") {
  RollerCase c;
  c.leads = false;
  c.wanted = digest_of(new_policy);
  c.steps();
  CHECK(c.told.empty());
  CHECK(c.kubernetes.calls.empty());
  CHECK(c.argocd.asked.empty());
  c.leads = true;
  c.steps();
  CHECK(c.refreshes == 1);
  c.leads = false;
  c.steps();
  CHECK(!c.told.back().has_value());
}

TEST_CASE("An application that syncs, is paused or was changed meanwhile waits, and the others go on") {
  RollerCase c;
  c.wanted = digest_of(new_policy);
  SUBCASE("it syncs") {
    c.kubernetes.patch(RollerCase::path("shop"),
                       R"({"operation": {"sync": {}}, "status": {"operationState": {"phase": "Running"}}})");
  }
  SUBCASE("it is paused") {
    drift::store::Pauses(c.kubernetes, "drift-policy")
        .set("argocd_shop", {"ann", "a release", drift::Time(c.clock.now() + 1h)});
  }
  SUBCASE("it was changed") {
    c.kubernetes.before_call = [&](const std::string& call) {
      if (call != "merge_patch applications.argoproj.io argocd/shop") return;
      c.kubernetes.before_call = nullptr;
      c.kubernetes.patch(RollerCase::path("shop"), R"({"metadata": {"labels": {"a": "b"}}})");
    };
  }
  SUBCASE("it has an incident") {
    drift::api::Incident incident;
    incident.ns = "argocd";
    incident.application = "shop";
    incident.state = drift::api::IncidentState::held;
    c.roller->changed(incident);
  }
  for (int i = 0; i < 3; ++i) c.roller->step();
  CHECK(!c.refreshes_hard("shop"));
  CHECK(c.refreshes_hard("web"));
}

TEST_CASE("An application that keeps rendering another policy is tried five times, and is stuck then") {
  RollerCase c;
  c.settings.pace.in_flight = 2;
  c.wanted = digest_of(new_policy);
  c.start();
  c.steps();
  c.argocd_refreshes("web", new_policy);
  for (int i = 0; i < 5; ++i) {
    c.pass(300s);
    c.argocd_refreshes("shop", medium_policy);
  }
  c.pass(std::chrono::hours(2));
  CHECK(c.refreshes == 6);
  const auto rollout = c.rollout();
  CHECK(rollout.state == RolloutState::stuck);
  REQUIRE(rollout.entries.size() == 1);
  CHECK(rollout.entries[0].application == "shop");
  CHECK(rollout.entries[0].policy == digest_of(medium_policy));
  // Another policy is another rollout.
  c.wanted = digest_of(medium_policy);
  c.pass(10s);
  CHECK(c.refreshes == 7);
  CHECK(c.refreshes_hard("web"));
  CHECK(!c.refreshes_hard("shop"));
}

TEST_CASE(
    "What can't be rendered or holds no plan is told with its reason; what isn't known is asked again") {
  RollerCase c;
  c.wanted = digest_of(new_policy);
  c.argocd.rendered.erase("shop");  // not rendered
  c.argocd.rendered["web"] = {};
  c.steps();
  c.argocd_refreshes("shop", new_policy);
  c.pass(30s);
  const auto rollout = c.rollout();
  CHECK(rollout.updated == 1);
  REQUIRE(rollout.entries.size() == 1);
  CHECK(c.refreshes_hard("web"));
  c.argocd.rendered["web"] = {};
  c.kubernetes.patch(RollerCase::path("web"),
                     R"({"metadata": {"annotations": {"argocd.argoproj.io/refresh": null}}})");
  c.steps();
  CHECK_MESSAGE(contains(c.rollout().entries[0].reason, "holds no plan"), c.rollout().entries[0].reason);
}

TEST_CASE("A policy of the application's own is no other policy of the platform") {
  RollerCase c;
  auto plan = rendered_plan(web, medium_policy);
  const auto digest = digest_of(medium_policy);
  const auto at = plan.find("\"policyDigest\":\"" + digest);
  REQUIRE(at != std::string::npos);
  plan.replace(at, 16 + digest.size(),
               "\"platformPolicyDigest\":\"" + digest + "\",\"policyDigest\":\"" + std::string(64, 'c'));
  c.argocd.rendered["web"] = {plan_config_map(plan, "web")};
  c.steps();
  CHECK(c.rollout().state == RolloutState::complete);
}

TEST_CASE("Metrics say how far the rollout is while this process leads, and name no application") {
  drift::controller::Registry registry;
  drift::controller::RolloutMetrics metrics(registry);
  Rollout rollout;
  rollout.state = RolloutState::stuck;
  rollout.applications = 10;
  rollout.updated = 5;
  rollout.waiting = 4;
  rollout.unknown = 1;
  rollout.stuck = 1;
  rollout.entries = {{"argocd", "shop", drift::api::RolloutStep::stuck, "", 5, ""}};
  metrics.show(&rollout);
  metrics.refreshed();
  const auto text = registry.text();
  for (const auto* line : {"drift_policy_rollout_state{state=\"stuck\"} 1\n",
                           "drift_policy_rollout_state{state=\"complete\"} 0\n",
                           "drift_policy_rollout_applications{step=\"waiting\"} 4\n",
                           "drift_policy_rendered_applications{policy=\"wanted\"} 5\n",
                           "drift_policy_rendered_applications{policy=\"other\"} 4\n",
                           "drift_policy_rendered_applications{policy=\"unknown\"} 1\n",
                           "drift_policy_rollout_refreshes_total 1\n"})
    CHECK_MESSAGE(contains(text, line), text);
  CHECK(!contains(text, "shop"));
  metrics.show(nullptr);
  CHECK(!contains(registry.text(), "state=\"stuck\""));
}
