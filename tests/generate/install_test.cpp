// `generate install`: that its folder makes the same objects as deploy/ by hand, and what becomes of files that are there already.
#include "generate/install.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "generate/image_reference.hpp"
#include "generate/install_state.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

using namespace drift;
using tests::contains;

namespace {
namespace fs = std::filesystem;

const std::string digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string image = "registry.example.com:5000/drift-policy:0.1.0@" + digest;

tests::Run install(const tests::Folder& folder, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"generate", "install", "in", "--image", image};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return tests::run({.arguments = arguments, .directory = folder.path().string()});
}

std::string kustomized(const fs::path& folder) {
  outside::SystemPrograms programs(tests::tools_environment());
  tests::require_tool(programs, "kubectl");
  const auto result = programs.run({"kubectl", {"kustomize", folder.string()}, folder.string()});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  return result.out;
}

// What docs/install.md and deploy/README.md say by hand, of these parts of deploy/.
std::string by_hand(const std::string& resources, const std::string& components,
                    const std::string& ns = "argocd", const std::string& behavior = "replace") {
  const tests::Folder folder;
  fs::copy(fs::path(tests::project_folder()) / "deploy", folder.path() / "deploy",
           fs::copy_options::recursive);
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() / "deploy")) {
    if (!entry.is_regular_file() || ns == "argocd") continue;
    auto text = tests::contents(entry.path());
    replace_all(text, "namespace: argocd\n", "namespace: " + ns + "\n");
    replace_all(text, "serviceaccount:argocd:", "serviceaccount:" + ns + ":");
    folder.write(fs::relative(entry.path(), folder.path()), text);
  }
  folder.write("in/policy.yaml", generate::first_policy());
  folder.write(
      "in/kustomization.yaml",
      "resources: [" + resources + "]\ncomponents: [" + components +
          "]\nconfigMapGenerator:\n- {name: drift-policy, namespace: " + ns + ", behavior: " + behavior +
          ", files: [policy.yaml], options: {labels: {app.kubernetes.io/part-of: "
          "drift-policy}}}\nimages: [{name: drift-policy, newName: "
          "\"registry.example.com:5000/drift-policy\", "
          "newTag: 0.1.0, digest: \"" +
          digest +
          "\"}]\nreplacements:\n- source: {kind: Deployment, name: argocd-repo-server, fieldPath: "
          "\"spec.template.spec.containers.[name=drift-policy].image\"}\n  targets:\n  - select: {kind: "
          "Deployment, name: argocd-repo-server}\n    fieldPaths: "
          "[\"spec.template.spec.containers.*.env.[name=DRIFT_POLICY_IMAGE].value\"]\n  - select: {kind: "
          "ConfigMap, name: drift-policy-accounts}\n    fieldPaths: [data.images]\n");
  return kustomized(folder.path() / "in");
}

std::vector<std::string> sorted_documents(const std::string& text) {
  std::vector<std::string> documents;
  std::size_t begin = 0;
  while (begin != std::string::npos) {
    const auto end = text.find("\n---\n", begin);
    documents.push_back(text.substr(begin, end == std::string::npos ? end : end + 1 - begin));
    begin = end == std::string::npos ? end : end + std::string_view("\n---\n").size();
  }
  std::sort(documents.begin(), documents.end());
  return documents;
}

}  // namespace

TEST_CASE("generate install writes what deploy/introduction is with the image and the policy") {
  const tests::Folder folder;
  const auto made = install(folder);
  CAPTURE(made.err);
  REQUIRE(made.exit == 0);
  CHECK(made.err.empty());
  CHECK(contains(made.out, "kubectl apply --server-side --field-manager=drift-policy -k in\n"));
  const auto ours = kustomized(folder.path() / "in");
  CHECK(sorted_documents(ours) == sorted_documents(by_hand("../deploy/introduction", "")));
  CHECK(contains(ours, "image: " + image + "\n"));
  CHECK(contains(ours, "images: " + image + "\n"));
  CHECK_FALSE(contains(ours, "image: drift-policy\n"));
}

TEST_CASE("generate install adds parts with what they need, and leaves parts out") {
  const tests::Folder folder;
  REQUIRE(install(folder, {"--with", "remediation,metrics", "--without", "observe,paths"}).exit == 0);
  CHECK(sorted_documents(kustomized(folder.path() / "in")) ==
        sorted_documents(by_hand("../deploy/stock, ../deploy/hooks, ../deploy/network, ../deploy/admission, "
                                 "../deploy/gated, ../deploy/controller",
                                 "../deploy/sidecar, ../deploy/health, ../deploy/actions, "
                                 "../deploy/differences, ../deploy/remediation, ../deploy/metrics",
                                 "argocd", "create")));
  const auto wrong = install(folder, {"--with", "controler"});
  CHECK(wrong.exit == 2);
  CHECK(contains(wrong.err, "--with \"controler\": expected controller, notifications, discovery, "));
  CHECK(contains(wrong.err, "did you mean \"controller\"?"));
  CHECK(install(folder, {"--without", "sidecar"}).exit == 2);
}

TEST_CASE("generate install --with ui brings argocd-server's object, and the pages out of the same image") {
  const tests::Folder folder;
  REQUIRE(install(folder, {"--with", "ui"}).exit == 0);
  const auto all = kustomized(folder.path() / "in");
  const auto server = all.find("  name: argocd-server\n");
  REQUIRE(server != std::string::npos);
  const auto deployment = all.substr(server, all.find("\n---\n", server) - server);
  CHECK(contains(deployment, "image: " + image + "\n"));
  CHECK(contains(deployment, "/tmp/extensions/drift-policy/extension-drift-policy.js"));
}

TEST_CASE("each file of deploy/ that the program has inside belongs to a part that can be installed") {
  generate::InstallOptions options;
  options.image = image;
  options.with = generate::optional_parts();
  const auto files = generate::install_files(policy::set_of("hooks: {namespace: drift-policy}\n"), options);
  constexpr std::size_t generated = 3,
                        others = 2;  // accounts, health and actions; kustomization.yaml and schema.json
  CHECK(files.size() == embedded::deploy_files().size() + generated + others);
}

TEST_CASE("generate install for an Argo CD in another namespace") {
  const tests::Folder folder;
  REQUIRE(install(folder, {"--argocd-namespace", "gitops"}).exit == 0);
  CHECK(sorted_documents(kustomized(folder.path() / "in")) ==
        sorted_documents(by_hand("../deploy/introduction", "", "gitops")));
  CHECK(install(folder, {"--argocd-namespace", "Git Ops"}).exit == 2);
}

TEST_CASE("generate install writes from the policy what follows from it") {
  const tests::Folder folder;
  folder.write("mine.yaml",
               policy::policy_text("severities: [{name: loud, remediation: {action: stop}}]\n"
                                   "hooks: {namespace: drift-policy, image: 'registry.example.com/hooks:1', "
                                   "records: {keep: 500, keepFor: 2160h}}\n"));
  const auto made = install(folder, {"--policy", "mine.yaml"});
  CAPTURE(made.err);
  REQUIRE(made.exit == 0);
  CHECK(folder.read("in/policy.yaml") == folder.read("mine.yaml"));
  CHECK(contains(folder.read("in/deploy/hooks/accounts.yaml"), "name: drift-policy-gate-loud\n"));
  const auto accounts = folder.read("in/deploy/admission/accounts.yaml");
  CHECK(contains(accounts, "\n  retention: --keep-records 500 --keep-for 2160h\n"));
  CHECK(contains(accounts, "\n  otherImages: \"registry.example.com/hooks:1\"\n"));
  folder.write("mine.yaml", policy::policy_text("hooks: {namespace: elsewhere}\n"));
  const auto elsewhere = install(folder, {"--policy", "mine.yaml", "--force"});
  CHECK(elsewhere.exit == 2);
  CHECK(contains(elsewhere.err, "hooks.namespace is \"elsewhere\"; expected drift-policy"));
}

TEST_CASE("generate install again renews what nobody changed, and takes the policy that is there") {
  const tests::Folder folder;
  REQUIRE(install(folder).exit == 0);
  auto policy = folder.read("in/policy.yaml");
  replace_all(policy, "id: replicas", "id: how-many");
  folder.write("in/policy.yaml", policy);
  const auto dry = install(folder, {"--dry-run"});
  CHECK(contains(dry.out, "changed  in/deploy/health/argocd-cm.yaml\n"));
  CHECK(contains(dry.out, "same     in/policy.yaml\n"));
  CHECK_FALSE(contains(folder.read("in/deploy/health/argocd-cm.yaml"), "how-many"));
  const auto again = install(folder);
  CAPTURE(again.err);
  CHECK(again.exit == 0);
  CHECK(contains(again.out, "in: 2 of "));
  CHECK(contains(folder.read("in/deploy/health/argocd-cm.yaml"), "how-many"));
  CHECK(folder.read("in/policy.yaml") == policy);
  CHECK(contains(install(folder).out, "in: 0 of "));
}

TEST_CASE("generate install doesn't write over what somebody changed, unless it is told to") {
  const tests::Folder folder;
  REQUIRE(install(folder).exit == 0);
  const auto written = folder.read("in/kustomization.yaml");
  folder.write("in/kustomization.yaml", written + "namePrefix: mine-\n");
  folder.write("in/deploy/hooks/accounts.yaml", "mine");
  const auto refused = install(folder, {"--without", "observe"});
  CHECK(refused.exit == 2);
  CHECK(refused.out.empty());
  for (const auto* name : {"in/deploy/hooks/accounts.yaml", "in/kustomization.yaml"})
    CHECK(contains(refused.err, std::string(name) + ": is another file than was written here"));
  CHECK(folder.read("in/deploy/hooks/accounts.yaml") == "mine");
  CHECK(install(folder, {"--force"}).exit == 0);
  CHECK(folder.read("in/kustomization.yaml") == written);
  folder.write("mine.yaml", policy::policy_text("hooks: {namespace: drift-policy}\n"));
  CHECK(contains(install(folder, {"--policy", "mine.yaml"}).err, "in/policy.yaml: is another file"));
}

TEST_CASE("generate install refuses a policy with mistakes, and an image that says no version") {
  const tests::Folder folder;
  folder.write("in/policy.yaml",
               "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nspec: {rule: []}\n");
  const auto mistaken = install(folder);
  CHECK(mistaken.exit == 2);
  CHECK(contains(mistaken.err, "in/policy.yaml:3:"));
  CHECK_FALSE(fs::exists(folder.path() / "in/kustomization.yaml"));
  for (const auto* wrong : {"", "drift-policy", "registry:5000/drift-policy", "a b:1", "a:1@sha256:12",
                            "a:1@", "a:", "A:1", "a:1\n- x", "/a:1", "a//b:1", "a:-1", "a:1@md5:0"}) {
    CAPTURE(wrong);
    CHECK_THROWS_WITH_AS(generate::read_image_reference(wrong), doctest::Contains("expected REPOSITORY:TAG"),
                         InputError);
  }
  const auto port = generate::read_image_reference("registry:5000/a/b@" + digest);
  CHECK(port.repository == "registry:5000/a/b");
  CHECK(port.tag.empty());
  CHECK(port.digest == digest);
  CHECK(generate::read_image_reference("b:V1.0_x").tag == "V1.0_x");
}
