// Accounts and ApplicationSets from a policy, and that what is checked in under deploy/ is what would be written now.
#include <fstream>
#include <iterator>

#include "api/names.hpp"
#include "generate/accounts.hpp"
#include "generate/applicationset.hpp"
#include "generate/cluster_role.hpp"
#include "policy/load.hpp"
#include "policy/match.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/tools.hpp"

using namespace drift;
using policy::set_of;

namespace {

const std::string project = tests::project_folder();
const std::string deployed_policy = project + "/deploy/policy/policy.yaml";

std::string text_of(const std::string& path) {
  std::ifstream file(project + "/" + path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string generated(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "generate");
  arguments.insert(arguments.end(), {"--policy", deployed_policy});
  const auto result = tests::run({.arguments = std::move(arguments)});
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return result.out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

std::string built(const std::string& folder) {
  outside::SystemPrograms programs(tests::tools_environment());
  tests::require_tool(programs, "kubectl");
  const auto result = programs.run({"kubectl", {"kustomize", project + "/" + folder}, project});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  return result.out;
}

const manifest::Manifest& object(const manifest::Manifests& all, std::string_view kind,
                                 std::string_view name) {
  for (const auto& one : all.objects())
    if (one.kind == kind && one.name == name) return one;
  FAIL(std::string(kind) << " " << std::string(name) << " is missing");
  return all.objects().at(0);
}

}  // namespace

TEST_CASE("deploy/ holds what is generated from its policy") {
  CHECK(text_of("deploy/hooks/accounts.yaml") == generated({"accounts"}));
  CHECK(text_of("deploy/health/argocd-cm.yaml") == generated({"health"}));
  CHECK(text_of("deploy/applicationset/applicationset.yaml") ==
        generated({"applicationset", "--repo", "https://git.example.com/shop/apps.git", "--files",
                   "sample-apps/applications/*.json", "--project", "shop"}));
}

TEST_CASE("deploy/'s policy is the baseline with the platform's namespace") {
  auto text = text_of("policies/baseline.yaml");
  text = replaced(text, "$schema=schema.json", "$schema=../../policies/schema.json");
  text = replaced(text, "\n    # namespace: drift-policy\n", "\n    namespace: drift-policy\n");
  CHECK(text_of("deploy/policy/policy.yaml") == text);
}

TEST_CASE("the observing plugin observes the same policy, and is the same otherwise") {
  const auto all = policy::manifests_of(built("deploy/introduction"));
  const auto pod =
      object(all, "Deployment", "argocd-repo-server").object.find("spec").find("template").find("spec");
  std::vector<std::string> policies, enforcements;
  for (const auto& container : pod.find("containers").elements()) {
    for (const auto& mount : container.find("volumeMounts").elements())
      if (mount.find("mountPath").text() == policy::mounted_folder) policies.emplace_back(mount.json());
    for (const auto& variable : container.find("env").elements())
      if (variable.find("name").text() == "DRIFT_POLICY_ENFORCEMENT")
        enforcements.emplace_back(container.find("name").text()) +=
            " " + std::string(variable.find("value").text());
  }
  REQUIRE(policies.size() == 2);
  CHECK(policies[0] == policies[1]);
  CHECK(enforcements == std::vector<std::string>{"drift-policy-observe observe"});
  const auto ours = policy::manifests_of(text_of("deploy/observe/plugin.yaml"));
  const auto image = policy::manifests_of(text_of("cmp/plugin.yaml"));
  CHECK(replaced(ours.objects()[0].object.json(), "drift-policy-observe", "drift-policy") ==
        image.objects()[0].object.json());
}

TEST_CASE("deploy/introduction is the whole of deploy/, and the observing plugin") {
  const auto whole = policy::manifests_of(built("deploy"));
  const auto more = policy::manifests_of(built("deploy/introduction"));
  CHECK(more.objects().size() == whole.objects().size() + 1);  // its ConfigMap
  for (const auto& one : whole.objects())
    if (one.kind != "Deployment") CHECK(object(more, one.kind, one.name).object.json() == one.object.json());
  const auto containers = [](const manifest::Manifests& all) {
    const auto& server = object(all, "Deployment", "argocd-repo-server");
    return server.object.find("spec").find("template").find("spec").find("containers").elements().size();
  };
  CHECK(containers(whole) == 1);
  CHECK(containers(more) == 2);
}

TEST_CASE("deploy/'s plugin with discovery is the image's plugin otherwise") {
  const auto ours = policy::manifests_of(text_of("deploy/discovery/plugin.yaml"));
  const auto image = policy::manifests_of(text_of("cmp/plugin.yaml"));
  const auto discovery = ours.objects()[0].object.find("spec").find("discover").json();
  CHECK(discovery == R"({"find":{"command":["drift-policy","discover"]}})");
  CHECK(replaced(ours.objects()[0].object.json(), "\"discover\":" + discovery + ",", "") ==
        image.objects()[0].object.json());
}

TEST_CASE("deploy/ builds, and changes of Argo CD's own objects only what is ours") {
  const auto all = policy::manifests_of(built("deploy"));
  const auto& server = object(all, "Deployment", "argocd-repo-server");
  CHECK(server.object.find("spec").entries().size() == 1);
  const auto pod = server.object.find("spec").find("template").find("spec");
  REQUIRE(pod.find("containers").elements().size() == 1);
  CHECK(pod.find("containers").at(0).find("name").text() == "drift-policy");
  CHECK(!pod.find("automountServiceAccountToken").boolean());
  const auto& settings = object(all, "ConfigMap", "argocd-cm");
  for (const auto& [key, value] : settings.object.find("data").entries())
    CHECK(key.starts_with("resource.customizations."));
}

TEST_CASE(
    "the sidecar mounts the policy by the name that Kustomize gives it, and no folder of repo-server's") {
  const auto all = policy::manifests_of(built("deploy"));
  const auto& server = object(all, "Deployment", "argocd-repo-server");
  const auto pod = server.object.find("spec").find("template").find("spec");
  std::string policy_map;
  for (const auto& volume : pod.find("volumes").elements())
    if (volume.find("name").text() == "drift-policy")
      policy_map = volume.find("configMap").find("name").text();
  CHECK(object(all, "ConfigMap", policy_map).object.find("data").find("policy.yaml").text() ==
        text_of("deploy/policy/policy.yaml"));
  for (const auto& mount : pod.find("containers").at(0).find("volumeMounts").elements())
    CHECK(mount.find("name").text() != "tmp");
}

TEST_CASE("hooks may run the sidecar's image, and keep as many records as its policy says") {
  const auto all = policy::manifests_of(built("deploy"));
  const auto containers = object(all, "Deployment", "argocd-repo-server")
                              .object.find("spec")
                              .find("template")
                              .find("spec")
                              .find("containers");
  const auto accounts = object(all, "ConfigMap", "drift-policy-accounts").object.find("data");
  CHECK(accounts.find("images").text() == containers.at(0).find("image").text());
  CHECK(accounts.find("retention").text() == "--keep-records " + std::to_string(policy::default_records));
}

TEST_CASE("every part of deploy/ builds by itself") {
  for (const char* part : {"stock", "hooks", "network", "admission", "gated", "applicationset", "project",
                           "controller", "stock-server"}) {
    CAPTURE(part);
    CHECK(!built(std::string("deploy/") + part).empty());
  }
}

TEST_CASE(
    "each hook has an account for each severity, and a Role that names nothing but the head of the records") {
  const auto text =
      generate::accounts(set_of("severities: [{name: calm, remediation: {action: autoSync}}, {name: loud, "
                                "remediation: {action: stop}}]\n"
                                "hooks: {namespace: guards}\n"));
  const auto all = policy::manifests_of(text);
  CHECK(all.objects().size() == 1 + 3 * 2 + 3 * 2 + 2);
  for (const auto hook : api::all_hooks)
    for (const char* severity : {"calm", "loud"})
      CHECK(object(all, "ServiceAccount", api::platform_account(hook, severity)).ns == "guards");
  CHECK(object(all, "Namespace", "guards").labels.find("pod-security.kubernetes.io/enforce").text() ==
        "restricted");
  const auto& gate = object(all, "Role", "drift-policy-gate");
  CHECK(gate.object.find("rules").json().find("\"resources\":[\"configmaps\"],\"verbs\":[\"create\",\"get\","
                                              "\"patch\",\"update\"]") != std::string::npos);
  // Of all that they write only the head has one name for all applications.
  CHECK(gate.object.find("rules").json().find("resourceNames") == std::string::npos);
  for (const auto* name : {"drift-policy-audit", "drift-policy-alert"})
    CHECK(
        object(all, "Role", name)
            .object.find("rules")
            .json()
            .find(
                R"("resourceNames":["drift-policy-audit-head"],"resources":["configmaps"],"verbs":["update"])") !=
        std::string::npos);
  CHECK(text.find("- secrets\n") == std::string::npos);  // the resource; external-secrets.io is a group
  CHECK(object(all, "RoleBinding", "drift-policy-audit").object.find("subjects").elements().size() == 2);
}

TEST_CASE("gate and alert may get what has no namespace and people deploy, and nothing that has one") {
  for (const auto& readable : generate::readable_cluster_kinds()) {
    CAPTURE(readable.kind);
    CHECK(policy::is_cluster_scoped(readable.group, readable.kind));
  }
  const auto all = policy::manifests_of(generate::accounts(set_of("hooks: {namespace: guards}\n")));
  const auto& role = object(all, "ClusterRole", "drift-policy-read-cluster");
  CHECK(!role.object.find("metadata").find("namespace"));
  for (const auto& rule : role.object.find("rules").elements())
    CHECK(rule.find("verbs").json() == R"(["get"])");
  CHECK(role.object.json().find(R"(["clusterroles","clusterrolebindings"])") != std::string::npos);
  for (const char* resource : {"clusterissuers", "clustersecretstores", "gatewayclasses"})
    CHECK(role.object.json().find(resource) != std::string::npos);
  CHECK(role.object.json().find("clustertriggerauthentications") == std::string::npos);  // may hold a token
  const auto subjects =
      object(all, "ClusterRoleBinding", "drift-policy-read-cluster-guards").object.find("subjects");
  CHECK(subjects.elements().size() == 2 * 4);
  CHECK(subjects.json().find("drift-policy-audit") == std::string::npos);
}

TEST_CASE("accounts are generated only for a namespace of the platform's") {
  CHECK_THROWS_WITH(generate::accounts(set_of("rules: []")),
                    "hooks.namespace isn't set, so hooks bring their own accounts; expected the namespace of "
                    "the platform's");
}

TEST_CASE("an ApplicationSet lets only what is fixed unasked heal itself, and retries only that") {
  generate::ApplicationSetOptions options;
  options.repository = "https://git.example.com/a.git";
  const auto text = generate::application_set(policy::baseline(), options);
  const auto all = policy::manifests_of(text);
  const std::string patch(all.objects()[0].object.find("spec").find("templatePatch").text());
  const auto low = patch.substr(0, patch.find("\"medium\""));
  CHECK(low.find("selfHeal: true") != std::string::npos);
  CHECK(low.find("retry: {limit: 3}") != std::string::npos);
  CHECK(low.find("gated") == std::string::npos);
  const auto rest = patch.substr(low.size());
  CHECK(rest.find("selfHeal: true") == std::string::npos);
  CHECK(rest.find("drift-policy.dev/gated: \"true\"") != std::string::npos);
  const auto critical = patch.substr(patch.find("\"critical\""));
  CHECK(critical.find("automated") == std::string::npos);
  CHECK(critical.find("retry: {limit: 0}") != std::string::npos);
  CHECK(critical.find("fail (printf") != std::string::npos);
}

TEST_CASE("an ApplicationSet gives the plugin the parameters of the file, whatever the severity") {
  const auto all = policy::manifests_of(generate::application_set(policy::baseline(), {}));
  const auto patch = all.objects()[0].object.find("spec").find("templatePatch").text();
  CHECK(
      patch.ends_with("{{- end }}\n{{- with get . \"parameters\" }}\n"
                      "  source: {plugin: {parameters: {{ toJson . }}}}\n{{- end }}\n"));
}

TEST_CASE("an ApplicationSet reads the repository, revision and files that it was asked for") {
  generate::ApplicationSetOptions options{"by-severity", "ssh://git@host/a.git", "main", "live/**/app.json",
                                          "shop",        "drift-policy-observe"};
  const auto all = policy::manifests_of(generate::application_set(policy::baseline(), options));
  const auto& set = all.objects()[0];
  CHECK(set.name == "by-severity");
  const auto git = set.object.find("spec").find("generators").at(0).find("git");
  CHECK(git.json() ==
        R"({"files":[{"path":"live/**/app.json"}],"repoURL":"ssh://git@host/a.git","revision":"main"})");
  const auto spec = set.object.find("spec").find("template").find("spec");
  CHECK(spec.find("project").text() == "{{ get . \"project\" | default \"shop\" }}");
  CHECK(spec.find("source").find("plugin").find("name").text() == "drift-policy-observe");
}

TEST_CASE("generate says what it can't make anything of, and ends with 2") {
  const auto failing = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "generate");
    const auto result = tests::run({.arguments = std::move(arguments)});
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
    return result.err;
  };
  CHECK(failing({"health", "--policy", "none"}).find("--policy none: expected a policy") !=
        std::string::npos);
  CHECK(
      failing({"health", "--policy", deployed_policy, "--checks", "/nowhere"}).find("/nowhere: no folder") !=
      std::string::npos);
  CHECK(failing({"accounts", "--policy", project + "/policies/baseline.yaml"})
            .find("hooks.namespace isn't set") != std::string::npos);
  CHECK(failing({"applicationset", "--policy", deployed_policy}).find("--repo is required") !=
        std::string::npos);
}

TEST_CASE(
    "generate health reads checks as Argo CD's resource_customizations has them, and names what is left "
    "out") {
  const tests::Folder folder;
  folder.write("checks/traefik.io/IngressRoute/health.lua", "return {status = \"Healthy\"}");
  folder.write("checks/Endpoints/health.lua", "");
  const auto checks = (folder.path() / "checks").string();
  const auto made =
      tests::run({.arguments = {"generate", "health", "--policy", deployed_policy, "--checks", checks}});
  CHECK(made.exit == 0);
  CHECK(made.out.find("resource.customizations.health.traefik.io_IngressRoute:") != std::string::npos);
  CHECK(made.err.find("traefik.io") == std::string::npos);
  CHECK(made.err.find("rule baseline/scaling: no health script for keda.sh/*/*") != std::string::npos);
  folder.write("checks/a/b/c/health.lua", "");
  const auto wrong =
      tests::run({.arguments = {"generate", "health", "--policy", deployed_policy, "--checks", checks}});
  CHECK(wrong.exit == 2);
  CHECK(wrong.err.find("/a/b/c/health.lua: expected ") != std::string::npos);
}
