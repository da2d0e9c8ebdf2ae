// What went wrong in the field: ../shared/field has a folder for each input, read in place. A folder that no case here knows fails.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/drift_input.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
namespace fs = std::filesystem;
using drift::tests::Run;

const fs::path field = fs::path(drift::tests::project_folder()) / "../shared/field";

using drift::tests::contains;

Run rendered_in_field(const std::string& path, std::vector<std::string> more = {},
                      const std::string& argocd = "") {
  more.insert(more.begin(), {"render", (field / path).string()});
  return drift::tests::run({.arguments = more, .environment = {{"DRIFT_POLICY_ARGOCD_VERSION", argocd}}});
}

// Refused as bad input, with nothing that Argo CD could apply, and with the place.
void refused(const Run& result, const std::string& place, const std::string& message) {
  CAPTURE(result.err);
  CHECK(result.exit == 2);
  CHECK(result.out.empty());
  CHECK(contains(result.err, place));
  CHECK(contains(result.err, message));
}

void rendered(const Run& result, const std::string& part) {
  CAPTURE(result.err);
  CAPTURE(result.out);
  CHECK(result.exit == 0);
  CHECK(contains(result.out, part));
}

void duplicate_object() {
  const auto result = rendered_in_field("duplicate-object/git.yaml");
  rendered(result, "a: \"2\"");
  CHECK(contains(result.err, "git.yaml:1:1"));
  CHECK(contains(result.err, "git.yaml:6:1"));
  const auto plan = drift::tests::plan_of(drift::tests::contents(field / "duplicate-object/git.yaml"));
  REQUIRE(plan.objects.size() == 1);
}

void folded_key_helm() {
  refused(rendered_in_field("folded-key-helm/app", {"--repo-root", (field / "folded-key-helm/app").string()}),
          "Chart.yaml:", "ependencies");
}

void folded_key_kustomize() {
  refused(rendered_in_field("folded-key-kustomize/app",
                            {"--repo-root", (field / "folded-key-kustomize/app").string()}),
          "kustomization.yaml:1:", "'../outside' is outside of the repository");
}

void glob_quirk() {
  const auto choose = [](const char* pattern, const char* argocd) {
    return rendered_in_field("glob-quirk", {"--directory-include", pattern}, argocd);
  };
  const std::string differs = "only Argo CD from 3.6 on reads secret-a.yaml, secret.yaml; ",
                    better = ", such as '{secret*.yaml,cm.yaml}'";
  const auto newest = choose("{secret*,cm}.yaml", "");
  rendered(newest, "name: secret-a");
  CHECK(contains(newest.err, differs + "rendered as from 3.6 on"));
  CHECK(contains(newest.err, better));

  const auto old = choose("{secret*,cm}.yaml", "3.5.7");
  rendered(old, "name: cm");
  CHECK_FALSE(contains(old.out, "name: secret"));
  CHECK(contains(old.err, differs + "rendered as before 3.6"));
  CHECK(contains(old.err, better));

  const auto known = choose("{secret*,cm}.yaml", "3.6.1");
  rendered(known, "name: secret-a");
  CHECK_FALSE(contains(known.err, "directory-include"));
  for (const char* argocd : {"", "3.5.7"}) {
    const auto alike = choose("{secret*.yaml,cm.yaml}", argocd);
    rendered(alike, "name: secret-a");
    CHECK_FALSE(contains(alike.err, "directory-include"));
  }
}

void identity_change() {
  const auto text = [](const char* file) { return drift::tests::contents(field / "identity-change" / file); };
  const auto base = drift::tests::plan_of(text("v1/rollout.yaml"));
  const auto plan = drift::tests::plan_of(text("v2/crd.yaml") + "---\n" + text("v2/rollout.yaml"));
  const std::string live = "{\"spec\":{\"replicas\":5}}";
  const auto report = drift::tests::LiveObjects().put("Rollout shop/web", live).analyse(plan, &base);
  CHECK(drift::tests::object_in(report, "Rollout shop/web").state == drift::api::State::drifted);
}

void kustomization_documents() {
  rendered(rendered_in_field("kustomization-documents"), "kind: ConfigMap");
}

void kustomize_image() {
  rendered(rendered_in_field("kustomize-image", {"--kustomize-images", "nginx=:3.6"}), "image: nginx:3.6");
  const std::string digest = "sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3";
  rendered(rendered_in_field("kustomize-image", {"--kustomize-images", "nginx=@" + digest}),
           "image: nginx@" + digest);
}

void namespaces_star() {
  rendered(rendered_in_field("namespaces-star/role.yaml",
                             {"--policy", (field / "namespaces-star/policy.yaml").string()}),
           "\"drift-policy.dev/severity\": \"critical\"");
}

void nested_list() {
  refused(rendered_in_field("nested-list/app.yaml"), "app.yaml:12:3: ", "items");
}

void pointers() {
  const auto policy = (field / "pointers/policy.yaml").string();
  const auto result = drift::tests::run({.arguments = {"check", "--strict", policy}});
  CAPTURE(result.out);
  CHECK(result.exit == 1);
  for (const char* warning :
       {":7:40: warning: kind \"apps/*/Deploymnet\"", ":7:59: warning: kind \"foo/v1/Deployment\"",
        ":7:78: warning: kind \"Deployments\"", ":10:30: warning: pointer", ":11:30: warning: pointer",
        ":12:30: warning: pointer", ":13:30: warning: pointer"})
    CHECK(contains(result.out, policy + warning));
  for (const char* meant : {"apps/*/Deployment", "Deployment", "/spec/template/spec/containers/0/image",
                            "/spec/template/spec/containers/*/image",
                            "/spec/template/spec/nodeSelector/kubernetes.io~1os", "/spec/replicas"})
    CHECK(contains(result.out, "did you mean \"" + std::string(meant) + "\"?"));
  // The eighth is that hooks.namespace isn't set.
  CHECK(contains(result.out, "1 policy, 1 rule: 0 mistakes, 8 warnings"));

  const drift::tests::Folder folder;
  const auto service =
      folder.write("policy.yaml",
                   "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: p}\nspec:\n"
                   "  severities: [{name: a, remediation: {action: stop}, notify: [slak]}]\n");
  CHECK(contains(drift::tests::run({.arguments = {"check", service.string()}}).out,
                 ":5:64: warning: \"slak\""));
}

void same_key_twice() {
  refused(rendered_in_field("same-key-twice/app.yaml"), "app.yaml:6:3: ", "a string on line 5, column 3");
}

void schema_reference() {
  refused(rendered_in_field("schema-reference"), "values.schema.json:", "file:");
}

void secret_in_message() {
  for (const char* values : {"documents.yaml", "number.yaml", "plain.yaml", "thousand.yaml"}) {
    const auto result = rendered_in_field("secret-in-message/chart", {"--helm-value-files", values});
    CAPTURE(result.err);
    CHECK(result.exit == 3);
    CHECK(result.out.empty());
    CHECK(contains(result.err, "cm.yaml:1:3"));
    CHECK_FALSE(contains(result.err, "hunter2"));
    CHECK_FALSE(contains(result.err, "8391774205"));
  }
}

void syncfail_hook() {
  refused(rendered_in_field("syncfail-hook/app.yaml", {"--app-name", "shop", "--app-namespace", "shop"}),
          "app.yaml:3:", "SyncFail");
}

void values_twice() {
  const std::vector<std::string> twice = {"--helm-value-files", "a.yaml", "--helm-value-files", "b.yaml",
                                          "--helm-value-files", "a.yaml"};
  rendered(rendered_in_field("values-twice", twice), "name: from-b");
  rendered(rendered_in_field("values-twice", twice, "3.4.0"), "name: from-b");
  rendered(rendered_in_field("values-twice", twice, "3.3.19"), "name: from-a");
}

struct Case {
  const char* folder;
  void (*check)();
};

constexpr Case cases[] = {
    {"duplicate-object", duplicate_object},
    {"folded-key-helm", folded_key_helm},
    {"folded-key-kustomize", folded_key_kustomize},
    {"glob-quirk", glob_quirk},
    {"identity-change", identity_change},
    {"kustomization-documents", kustomization_documents},
    {"kustomize-image", kustomize_image},
    {"namespaces-star", namespaces_star},
    {"nested-list", nested_list},
    {"pointers", pointers},
    {"same-key-twice", same_key_twice},
    {"schema-reference", schema_reference},
    {"secret-in-message", secret_in_message},
    {"syncfail-hook", syncfail_hook},
    {"values-twice", values_twice},
};

}  // namespace

TEST_CASE("each input from the field comes out right") {
  if (!fs::exists(field)) {
    MESSAGE("not run: ", field.string(), " is not here");
    return;
  }
  std::set<std::string> known;
  for (const auto& input : cases) {
    const char* folder = input.folder;
    CAPTURE(folder);
    known.insert(folder);
    REQUIRE(fs::exists(field / folder));
    input.check();
  }
  for (const auto& entry : fs::directory_iterator(field)) {
    CAPTURE(entry.path().string());
    CHECK(known.contains(entry.path().filename().string()));
  }
}
