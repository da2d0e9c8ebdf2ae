// What Argo CD does with an author's hooks after the gate has refused, as the program renders and explains it.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "api/names.hpp"
#include "kube/sync.hpp"
#include "manifest/manifest.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
namespace tests = drift::tests;

const std::string workload =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n";

std::string object(const std::string& kind, const std::string& annotations) {
  return workload + "---\napiVersion: " + (kind == "Job" ? "batch/v1" : "v1") + "\nkind: " + kind +
         "\nmetadata:\n  name: it\n  annotations: {" + annotations + "}\n";
}

// A folder with one manifest, rendered as Argo CD does.
class Source {
 public:
  explicit Source(const std::string& text) { folder_.write("app/app.yaml", text); }

  Source& policy(const std::string& spec) {
    const auto file = folder_.write("policy.yaml", drift::policy::policy_text(spec));
    environment_["DRIFT_POLICY_PATH"] = file.string();
    return *this;
  }

  tests::Run run(std::vector<std::string> arguments) const {
    return tests::run({.arguments = std::move(arguments),
                       .environment = environment_,
                       .directory = (folder_.path() / "app").string()});
  }

  // An annotation of the object in what is rendered.
  std::string annotation(std::string_view key) const {
    const auto result = run({"render", "."});
    CAPTURE(result.err);
    REQUIRE(result.exit == 0);
    const drift::manifest::Manifests manifests({{"out.yaml", result.out}});
    for (const auto& manifest : manifests.objects())
      if (manifest.name == "it") return std::string(manifest.annotation(key));
    return "no such object";
  }

 private:
  tests::Folder folder_;
  std::map<std::string, std::string> environment_ = {
      {"ARGOCD_APP_NAME", "shop"},
      {"ARGOCD_APP_NAMESPACE", "shop"},
      {"ARGOCD_APP_SOURCE_PATH", "app"},
      {"DRIFT_POLICY_IMAGE", "registry.example.com/drift-policy:1"}};
};

using drift::tests::contains;

const std::string argo = "argocd.argoproj.io/hook-delete-policy", helm = "helm.sh/hook-delete-policy";

std::string argo_hook(const std::string& policy) {
  return "argocd.argoproj.io/hook: PostSync, " + argo + ": \"" + policy + "\"";
}

// What the delete policy of a ConfigMap becomes under the baseline.
std::string written(const std::string& policy) {
  return Source(object("ConfigMap", argo_hook(policy))).annotation(argo);
}
}  // namespace

TEST_CASE("author hooks: HookFailed, by which Argo CD deletes when the gate has refused, is taken away") {
  CHECK(written("HookFailed") == "BeforeHookCreation");
  CHECK(written("HookSucceeded, HookFailed") == "HookSucceeded");
  CHECK(written(" HookFailed ,BeforeHookCreation,HookSucceeded") == "BeforeHookCreation,HookSucceeded");
  CHECK(written("HookSucceeded , BeforeHookCreation") == "HookSucceeded , BeforeHookCreation");
  CHECK(written("hook-failed") == "hook-failed");  // not Argo CD's word
  for (const std::string phase : {"PreSync", "Sync", "PostSync", "Skip,Sync"})
    CHECK(Source(object("Secret", "argocd.argoproj.io/hook: \"" + phase + "\", " + argo + ": HookFailed"))
              .annotation(argo) == "BeforeHookCreation");
  const Source chart(object("ServiceAccount", "helm.sh/hook: post-upgrade, " + helm +
                                                  ": \"before-hook-creation,hook-succeeded,hook-failed\""));
  CHECK(chart.annotation(helm) == "before-hook-creation,hook-succeeded");
  // Argo CD obeys Helm's annotation on its own hooks too.
  const Source both(object("ConfigMap", argo_hook("HookFailed") + ", " + helm + ": hook-failed"));
  CHECK(both.annotation(argo) == "BeforeHookCreation");
  CHECK(both.annotation(helm) == "before-hook-creation");
}

TEST_CASE("author hooks: HookFailed stays where it can't follow a refusal, or is allowed") {
  const std::string failed = "HookFailed";
  CHECK(Source(object("ConfigMap", argo + ": HookFailed")).annotation(argo) == failed);  // no hook
  for (const std::string word : {"Skip", "PreDelete", "PostDelete"})
    CHECK(Source(object("ConfigMap", "argocd.argoproj.io/hook: " + word + ", " + argo + ": HookFailed"))
              .annotation(argo) == failed);
  CHECK(Source(object("Job", argo_hook(failed))).annotation(argo) == failed);
  const std::string rule =
      "rules: [{name: r, match: {any: [{resources: {kinds: ['*']}}]}, severity: medium}]\n";
  CHECK(Source(object("Job", argo_hook(failed))).policy(rule).annotation(argo) == "BeforeHookCreation");
  CHECK(Source(object("ConfigMap", argo_hook(failed)))
            .policy(rule + "hooks: {allowAuthors: [{kinds: [ConfigMap], deletePolicies: [HookFailed]}]}\n")
            .annotation(argo) == failed);
  CHECK(Source(object("ConfigMap", argo_hook(failed)))
            .policy(rule + "hooks: {allowAuthors: [{kinds: [ConfigMap], phases: [SyncFail]}]}\n")
            .annotation(argo) == "BeforeHookCreation");
  CHECK(Source(object("ConfigMap", argo_hook(failed)))
            .policy(rule + "enforcement: observe\n")
            .annotation(argo) == failed);
  CHECK(Source(object("ConfigMap", argo_hook(failed))).policy("rules: []\n").annotation(argo) == failed);
}

TEST_CASE("author hooks: under the baseline SyncFail hooks may be Jobs and Pods, and nothing else") {
  const std::string hook = "argocd.argoproj.io/hook: SyncFail";
  for (const std::string kind : {"Job", "Pod"})
    CHECK(Source(object(kind, hook)).run({"render", "."}).exit == 0);
  for (const std::string kind : {"ConfigMap", "Secret", "Service"}) {
    const auto result = Source(object(kind, hook)).run({"render", "."});
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
    CHECK(contains(result.err, kind + "/it is a SyncFail hook"));
  }
}

TEST_CASE("author hooks: an observing policy lets a SyncFail hook through and says what will be refused") {
  const auto result =
      Source(object("ConfigMap", "argocd.argoproj.io/hook: SyncFail"))
          .policy(
              "enforcement: observe\nrules: [{name: r, match: {any: [{resources: {kinds: ['*']}}]}, "
              "severity: medium}]\n")
          .run({"render", "."});
  CHECK(result.exit == 0);
  CHECK(contains(result.err, "app.yaml:10:42: ConfigMap/it is a SyncFail hook"));
  CHECK(contains(result.err, "refused once the policy is enforced"));
}

TEST_CASE("author hooks: explain says what is refused and what is taken away") {
  const Source source(
      object("ConfigMap", "argocd.argoproj.io/hook: \"SyncFail,PostSync\", " + argo + ": HookFailed"));
  const auto text = source.run({"explain", ".", "ConfigMap/it", "--all"});
  CHECK(text.exit == 0);
  CHECK(contains(text.out, "  refused: ConfigMap/it is a SyncFail hook"));
  CHECK(contains(text.out, "+ annotation " + argo + ": BeforeHookCreation"));
  CHECK(contains(source.run({"explain", ".", "ConfigMap/it", "-o", "json"}).out,
                 "\"refused\":\"ConfigMap/it is a"));
  CHECK_FALSE(contains(source.run({"explain", ".", "Deployment/web"}).out, "refused"));
}

TEST_CASE("author hooks: rendering rendered output changes nothing") {
  const Source source(object("ServiceAccount", "helm.sh/hook: post-upgrade, " + helm + ": hook-failed"));
  const auto once = source.run({"render", "."});
  REQUIRE(once.exit == 0);
  const auto twice = Source(once.out).run({"render", "."});
  CAPTURE(twice.err);
  CHECK(twice.out == once.out);
}

TEST_CASE("an application's own policy can't allow its author's hooks") {
  tests::Folder folder;
  folder.write("app/app.yaml", object("ConfigMap", "argocd.argoproj.io/hook: SyncFail"));
  folder.write(
      "app/.drift-policy.yaml",
      drift::policy::policy_text(
          "hooks: {allowAuthors: [{kinds: [ConfigMap], phases: [SyncFail], deletePolicies: [HookFailed]}]}\n",
          "own"));
  const auto result = tests::run({.arguments = {"render", "app"}, .directory = folder.path().string()});
  CHECK(result.exit == 2);
  CHECK(contains(result.err, ".drift-policy.yaml:"));
  CHECK(contains(result.err, "hooks"));
}

TEST_CASE("--policy is not obeyed where Argo CD calls, and says so") {
  const Source source(workload);
  const auto result = source.run({"render", ".", "--policy", "none"});
  CHECK(result.exit == 0);
  CHECK(contains(result.out, "drift-policy.dev/severity"));
  CHECK(contains(result.err, "--policy none is not looked at"));
  CHECK_FALSE(contains(source.run({"render", "."}).err, "--policy"));
}
