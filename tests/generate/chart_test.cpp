// charts/drift-policy: that it is what tools/generate-chart writes, and that Helm makes the same objects of it as Kustomize of the
// folder that `generate install` writes.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

using namespace drift;
using tests::contains;
using Words = std::vector<std::string>;

namespace {
namespace fs = std::filesystem;

const std::string chart = tests::project_folder() + "/charts/drift-policy";

// What the chart's values say where nobody sets one.
std::string default_image() {
  const auto version = tests::run({.arguments = {"version", "--short"}}).out;
  return "registry.example.com/drift-policy:" + version.substr(0, version.find('\n'));
}

auto tool(const std::string& name, const Words& arguments) {
  outside::SystemPrograms programs(tests::tools_environment());
  tests::require_tool(programs, name);
  return programs.run({name, arguments, chart});
}

auto helm(Words arguments, const Words& more = {}) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return tool("helm", arguments);
}

std::string templated(const Words& more, const std::string& ns = "argocd") {
  const auto result = helm({"template", "drift-policy", chart, "-n", ns}, more);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  return result.out;
}

std::string refusal(const Words& more) {
  const auto result = helm({"template", "drift-policy", chart, "-n", "argocd"}, more);
  CHECK(result.exit_code != 0);
  return result.err;
}

// Each object as JSON, by kind, namespace and name.
std::map<std::string, std::string> objects_of(const std::string& text) {
  const auto all = policy::manifests_of(text);
  std::map<std::string, std::string> objects;
  for (const auto& one : all.objects()) {
    const auto key = one.display();
    CAPTURE(key);
    CHECK(objects.emplace(key, one.object.json()).second);
  }
  return objects;
}

void check_same(const std::map<std::string, std::string>& ours,
                const std::map<std::string, std::string>& wanted) {
  for (const auto& entry : wanted) {
    const auto& key = entry.first;
    CAPTURE(key);
    REQUIRE(ours.contains(key));
    CHECK(ours.at(key) == entry.second);
  }
  for (const auto& entry : ours) {
    const auto& key = entry.first;
    CAPTURE(key);
    CHECK(wanted.contains(key));
  }
}

// Without what Kustomize puts behind the names of ConfigMaps that it generates: `-` and ten characters.
std::string without_hashes(std::string text) {
  for (const std::string name : {"drift-policy", "drift-policy-observe", "drift-policy-plugin"}) {
    const auto start = "name: " + name + "-";
    for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
      const auto hash = at + start.size(), end = text.find('\n', hash);
      if (end == hash + 10 && text.find_first_not_of("2456789bcdfghkmt", hash) == end)
        text.erase(hash - 1, 11);
    }
  }
  return text;
}

// What is installed by Kustomize, with the names that ConfigMaps have in the chart.
std::map<std::string, std::string> installed(const Words& more) {
  const tests::Folder folder;
  Words arguments = {"generate", "install", "in", "--force", "--image", default_image()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto made = tests::run({.arguments = arguments, .directory = folder.path().string()});
  CAPTURE(made.err);
  REQUIRE(made.exit == 0);
  const auto built = tool("kubectl", {"kustomize", (folder.path() / "in").string()});
  CAPTURE(built.err);
  REQUIRE(built.exit_code == 0);
  return objects_of(without_hashes(built.out));
}

// What Helm makes of the chart, without what tells Helm to keep an object.
std::map<std::string, std::string> released(Words more) {
  more.insert(more.end(), {"--set", "argocd.patch=true"});
  auto text = templated(more);
  replace_all(text, "  annotations:\n    helm.sh/resource-policy: keep\n", "");
  return objects_of(text);
}

}  // namespace

TEST_CASE("The chart holds what tools/generate-chart writes, and beside it only what is kept by hand") {
  const tests::Folder folder;
  const auto made = tests::run({.arguments = {folder.path().string()},
                                .environment = {{"DRIFT_POLICY", tests::program_path()}},
                                .program = tests::project_folder() + "/tools/generate-chart"});
  CAPTURE(made.err);
  REQUIRE(made.exit == 0);
  std::set<std::string> generated, by_hand;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file()) generated.insert(fs::relative(entry.path(), folder.path()).string());
  CHECK(generated.size() > 15);
  for (const auto& name : generated) {
    CAPTURE(name);
    REQUIRE(fs::exists(fs::path(chart) / name));
    CHECK(folder.read(name) == tests::contents(fs::path(chart) / name));
  }
  for (const auto& entry : fs::recursive_directory_iterator(chart))
    if (const auto name = fs::relative(entry.path(), chart).string();
        entry.is_regular_file() && !generated.contains(name))
      by_hand.insert(name);
  CHECK(by_hand == std::set<std::string>{".helmignore", "README.md", "templates/NOTES.txt",
                                         "templates/_helpers.tpl", "values.schema.json", "values.yaml"});
}

TEST_CASE(
    "Helm makes of the chart what Kustomize makes of the folder of generate install, with each part and "
    "without it") {
  check_same(released({}), installed({}));
  check_same(released({"--set", "observe.enabled=false,gated.enabled=false", "--set",
                       "argocd.paths=false,argocd.health=false,argocd.actions=false"}),
             installed({"--without", "observe,paths,health,actions,gated"}));
  for (const std::string part : {"controller", "differences", "remediation", "metrics", "discovery"}) {
    CAPTURE(part);
    check_same(released({"--set", part + ".enabled=true,argocd.health=false"}),
               installed({"--with", part, "--without", "health"}));
  }
  check_same(
      released({"--set", "remediation.enabled=true,metrics.enabled=true,discovery.enabled=true", "--set",
                "observe.enabled=false,argocd.health=false,argocd.notifications=true"}),
      installed({"--with", "remediation,metrics,discovery,notifications", "--without", "observe,health"}));
}

TEST_CASE("The chart follows a policy as generate install does") {
  const tests::Folder folder;
  const auto policy = (folder.path() / "policy.yaml").string();
  for (const std::string spec : {"severities: [{name: loud, remediation: {action: stop}}]\n"
                                 "hooks: {namespace: drift-policy, image: 'registry.example.com/hooks:1', "
                                 "records: {keep: 500, keepFor: 2160h}}\n",
                                 "hooks: {namespace: drift-policy}\n"}) {
    folder.write("policy.yaml", policy::policy_text(spec));
    check_same(released({"--set-file", "policy=" + policy, "--set", "argocd.health=false"}),
               installed({"--policy", policy, "--without", "health"}));
  }
  folder.write("policy.yaml", policy::policy_text("hooks: {namespace: elsewhere}\n"));
  CHECK(contains(refusal({"--set-file", "policy=" + policy}),
                 "hooks.namespace is \"elsewhere\"; expected drift-policy"));
  folder.write("policy.yaml",
               policy::policy_text("hooks: {namespace: drift-policy, records: {keepFor: 90m}}\n"));
  CHECK(contains(refusal({"--set-file", "policy=" + policy}), "expected whole hours"));
}

TEST_CASE("A namespace and an image that values give are everywhere, and the chart's own nowhere") {
  const auto text = templated(
      {"--set", "namespace=hooks-of-ours,image.repository=registry:5000/ours,image.tag=v1,argocd.patch=true",
       "--set",
       "remediation.enabled=true,metrics.enabled=true,discovery.enabled=true,argocd.notifications=true"},
      "gitops");
  CHECK_FALSE(contains(text, "registry.example.com"));
  Words defaults = {"\"namespace\":\"drift-policy\"", "namespace('drift-policy'",
                    "namespace == 'drift-policy'", "incidents-namespace=drift-policy"};
  for (const std::string ns : {"argocd", "drift-policy"})
    for (const auto& line :
         {"serviceaccount:" + ns + ":", "namespace: " + ns + "\n", "namespace: \"" + ns + "\"\n",
          "metadata.name: " + ns + "\n", "metadata.name: \"" + ns + "\"\n"})
      defaults.push_back(line);
  for (const auto& name : defaults) {
    CAPTURE(name);
    CHECK_FALSE(contains(text, name));
  }
  CHECK(contains(text, "image: \"registry:5000/ours:v1\"\n"));
  CHECK(contains(text, "images: \"registry:5000/ours:v1\"\n"));
  CHECK(contains(text, "\"name\":\"DRIFT_POLICY_IMAGE\",\"value\":\"registry:5000/ours:v1\""));
  for (const auto* part :
       {"'system:serviceaccount:hooks-of-ours:'", "request.namespace == 'hooks-of-ours'",
        ".namespace('hooks-of-ours')", "kubernetes.io/metadata.name: \"hooks-of-ours\"\n",
        "--incidents-namespace=hooks-of-ours\n", "namespace: hooks-of-ours\\n", "name: \"hooks-of-ours\"\n",
        "drift-policy-read-cluster-hooks-of-ours\n", "serviceaccount:gitops:argocd-application-controller",
        "namespace: \"gitops\"\n"}) {
    CAPTURE(part);
    CHECK(contains(text, part));
  }
}

TEST_CASE("Values reach the objects that they are for") {
  const auto text =
      templated({"--set", "labels.release=prometheus,apiServerPorts={8443},accounts.controllers={a x-*,b}",
                 "--set", "remediation.enabled=true,controller.replicas=3,controller.nodeSelector.a=b",
                 "--set", "image.digest=sha256:" + std::string(64, '1')});
  const auto objects = objects_of(text);
  for (const auto& entry : objects) {
    const auto& key = entry.first;
    CAPTURE(key);
    CHECK(contains(entry.second, "\"release\":\"prometheus\""));
  }
  const auto& controller = objects.at("Deployment/argocd/drift-policy-controller");
  CHECK(contains(controller, "\"replicas\":3"));
  CHECK(contains(controller, "\"nodeSelector\":{\"a\":\"b\"}"));
  CHECK(contains(controller, "\"image\":\"registry.example.com/drift-policy@sha256:1111"));
  CHECK(contains(objects.at("NetworkPolicy/drift-policy/drift-policy-hooks"),
                 R"([{"port":8443,"protocol":"TCP"}])"));
  CHECK(
      contains(objects.at("ConfigMap/drift-policy/drift-policy-accounts"), R"("controllers":"a x-*\nb\n")"));
}

TEST_CASE(
    "The chart passes Helm's lint, refuses values that it doesn't know, and makes the same bytes twice") {
  const auto lint = helm({"lint", "--strict", chart});
  CAPTURE(lint.out);
  CHECK(lint.exit_code == 0);
  CHECK(contains(refusal({"--set", "contoller.enabled=true"}), "'contoller' not allowed"));
  CHECK(contains(refusal({"--set", "controller.enable=true"}), "'enable' not allowed"));
  CHECK(contains(refusal({"--set-string", "controller.enabled=true"}), "got string, want boolean"));
  CHECK(contains(refusal({"--set", "image.digest=sha256:1"}), "/image/digest"));
  CHECK(contains(refusal({"--set", "namespace=argocd"}), "expected one for the hooks alone"));
  CHECK(contains(refusal({"--set", "controller.replicas=2"}),
                 "controller.replicas: without remediation.enabled"));
  const Words all = {"--set", "remediation.enabled=true,metrics.enabled=true,argocd.patch=true"};
  CHECK(templated(all) == templated(all));
}

TEST_CASE("The values for argo-helm's chart name the image once") {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(chart + "/argocd")) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with("sidecar") && name != "ui.yaml") continue;
    const auto text = tests::contents(entry.path());
    CAPTURE(entry.path().string());
    const auto image = "&image " + default_image() + "\n";
    CHECK(contains(text, image));
    CHECK(text.find("registry.example.com") == text.rfind("registry.example.com"));
    ++files;
  }
  CHECK(files == 5);
}
