// What is injected, and when.
#include <doctest/doctest.h>

#include <algorithm>

#include "api/names.hpp"
#include "support/hooks_input.hpp"

namespace {
using drift::tests::Injected;
using drift::tests::medium_policy;
using drift::tests::policy_text;
using drift::tests::Rendered;
using drift::tests::shop;
using drift::tests::web;
using Displays = std::vector<std::string>;

const std::string prefix = drift::api::Names(shop()).prefix();
const std::string settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";

std::string own_set_policy() {
  std::string text = medium_policy;
  return text.erase(text.find("    namespace: drift-policy\n"), 28);
}

// Without the digest of the namespace at the end of a reading Role's name.
Displays kinds_and_ends(const Rendered& rendered) {
  Displays all;
  for (auto display : rendered.displays()) {
    const auto at = display.find(prefix);
    REQUIRE(at != std::string::npos);
    display.erase(at, prefix.size() + 1);
    if (const auto read = display.find("/read-"); read != std::string::npos) display.resize(read + 5);
    all.push_back(display);
  }
  return all;
}
}  // namespace

TEST_SUITE("hooks: the set") {
  TEST_CASE("with a platform namespace: plan, rights to read, gate, audit, alert") {
    CHECK(kinds_and_ends(Rendered(web)) == Displays{"ConfigMap/drift-policy/plan", "Role/shop/read",
                                                    "RoleBinding/shop/read", "Job/drift-policy/gate",
                                                    "Job/drift-policy/audit", "Job/drift-policy/alert"});
  }

  TEST_CASE("without one the accounts and their own rights come along, in the application's namespace") {
    CHECK(kinds_and_ends(Rendered(web, own_set_policy())) ==
          Displays{"ConfigMap/shop/plan", "ServiceAccount/shop/gate", "ServiceAccount/shop/audit",
                   "ServiceAccount/shop/alert", "Role/shop/gate", "RoleBinding/shop/gate", "Role/shop/audit",
                   "RoleBinding/shop/audit", "Role/shop/alert", "RoleBinding/shop/alert", "Role/shop/read",
                   "RoleBinding/shop/read", "Job/shop/gate", "Job/shop/audit", "Job/shop/alert"});
  }

  TEST_CASE("every kind is one that an AppProject lets through") {
    const Displays allowed = {"ConfigMap", "ServiceAccount", "Role", "RoleBinding", "Job"};
    const Injected injected{Rendered(web, own_set_policy())};
    for (const auto& manifest : injected.manifests().objects())
      CHECK(std::find(allowed.begin(), allowed.end(), manifest.kind) != allowed.end());
  }

  TEST_CASE("everything is a hook that is made anew with each sync") {
    const Injected injected{Rendered(web, own_set_policy())};
    for (const auto& manifest : injected.manifests().objects()) {
      CAPTURE(manifest.display());
      CHECK(manifest.annotation("argocd.argoproj.io/hook-delete-policy") == "BeforeHookCreation");
      const bool job = manifest.kind == "Job";
      if (!job) {
        CHECK(manifest.annotation("argocd.argoproj.io/hook") == "PreSync");
        CHECK(manifest.annotation("argocd.argoproj.io/sync-wave") == "-2147483648");
      }
    }
    const auto phase = [&](const char* name) {
      const auto& job = injected.find("Job", name);
      return std::string(job.annotation("argocd.argoproj.io/hook")) + " " +
             std::string(job.annotation("argocd.argoproj.io/sync-wave"));
    };
    CHECK(phase("-gate") == "PreSync -2147483647");
    CHECK(phase("-audit") == "PostSync 2147483647");
    CHECK(phase("-alert") == "SyncFail 0");
  }

  TEST_CASE("nothing is injected below the severity from which hooks are wanted") {
    CHECK(Rendered(settings).displays().empty());
    CHECK(Rendered(settings, medium_policy + "    when: {severityAtLeast: low}\n").displays().size() == 6);
    CHECK(Rendered(web, medium_policy + "    when: {severityAtLeast: high}\n").displays().empty());
  }

  TEST_CASE("a guarded field's severity counts too") {
    const std::string policy = policy_text(R"(
  rules:
  - name: settings
    match: {any: [{resources: {kinds: [ConfigMap]}}]}
    fields: [{id: mode, jsonPointers: [/data/mode], severity: medium}]
  hooks: {image: "x:1", namespace: drift-policy}
)");
    CHECK(Rendered(settings, policy).displays().empty());
    CHECK(Rendered(settings + "data: {mode: fast}\n", policy).displays().size() == 6);
  }

  TEST_CASE("without an object there are no hooks") {
    CHECK(Rendered("", medium_policy).displays().empty());
  }

  TEST_CASE("observe injects everything and tells the Jobs to wait for nothing") {
    std::string policy = medium_policy;
    policy.insert(policy.find("  severities:"), "  enforcement: observe\n");
    const Injected injected{Rendered(web, policy)};
    for (const char* name : {"-gate", "-audit", "-alert"}) {
      const auto args = injected.json("Job", name, {"spec", "template", "spec", "containers", "0", "args"});
      CHECK(args.find("--observe") != std::string::npos);
      CHECK(injected.find("Job", name).annotation("drift-policy.dev/enforcement") == "observe");
    }
    CHECK(injected.json("Job", "-gate", {"spec", "activeDeadlineSeconds"}) == "600");
    const Injected enforced{Rendered(web)};
    CHECK(enforced.json("Job", "-gate", {"spec", "template", "spec", "containers", "0", "args"})
              .find("--observe") == std::string::npos);
  }

  TEST_CASE("the plan's ConfigMap holds the plan and its digest, and is applied on the server") {
    const Rendered rendered(web);
    const Injected injected(rendered);
    const auto& plan = injected.find("ConfigMap", "-plan");
    CHECK(plan.object.find("data").find("plan.json").text() == drift::annotators::plan(rendered.input()));
    CHECK(plan.annotation("argocd.argoproj.io/sync-options") == "ServerSideApply=true");
    CHECK(plan.annotation("drift-policy.dev/plan-digest").starts_with("sha256:"));
    CHECK(injected.find("Job", "-gate").annotation("drift-policy.dev/plan-digest") ==
          plan.annotation("drift-policy.dev/plan-digest"));
  }

  TEST_CASE("two applications share no name") {
    auto other = shop();
    other.path = "deploy/eu";
    const auto one = Rendered(web, own_set_policy()).displays();
    for (const auto& display : Rendered(web, own_set_policy(), other).displays())
      CHECK(std::find(one.begin(), one.end(), display) == one.end());
  }

  TEST_CASE("the policy's labels are on every object and pod, but not in place of ours") {
    const std::string policy =
        medium_policy + "    labels: {team: platform, app.kubernetes.io/name: theirs}\n";
    const Injected injected{Rendered(web, policy)};
    for (const auto& manifest : injected.manifests().objects()) {
      CHECK(manifest.label("team") == "platform");
      CHECK(manifest.label("app.kubernetes.io/name") == "drift-policy");
      CHECK(manifest.label("drift-policy.dev/source") == prefix);
      CHECK(manifest.label("app.kubernetes.io/instance").empty());  // Argo CD's tracking label
    }
    CHECK(injected.json("Job", "-gate", {"spec", "template", "metadata", "labels", "team"}) ==
          R"("platform")");
  }

  TEST_CASE("an unknown namespace is left out for Argo CD to fill in, or refused when it calls") {
    auto application = shop();
    application.ns.clear();
    const Rendered rendered(web, own_set_policy(), application);
    const Injected injected(rendered);
    CHECK(injected.find("Job", "-gate").ns.empty());
    CHECK_THROWS_AS(drift::annotators::require_hooks_namespace(rendered.input()), drift::InputError);
    CHECK_NOTHROW(drift::annotators::require_hooks_namespace(Rendered(web).input()));
    CHECK_NOTHROW(drift::annotators::require_hooks_namespace(
        Rendered(settings, own_set_policy(), application).input()));
  }

  TEST_CASE("without an image there is a clear error") {
    std::string policy = medium_policy;
    policy.erase(policy.find("    image:"));
    const std::string error = Rendered(web, policy).mistakes();
    CHECK(error.find("hooks.image") != std::string::npos);
    CHECK(error.find("DRIFT_POLICY_IMAGE") != std::string::npos);
    auto application = shop();
    application.image = "sidecar:1";
    CHECK(Injected(Rendered(web, policy, application))
              .json("Job", "-gate", {"spec", "template", "spec", "containers", "0", "image"}) ==
          R"("sidecar:1")");
    CHECK(Injected(Rendered(web, medium_policy, application))
              .json("Job", "-gate", {"spec", "template", "spec", "containers", "0", "image"}) ==
          R"("registry.example/drift-policy:1.0")");
  }
}
