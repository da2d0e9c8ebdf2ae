// Which health scripts are written from a policy. What they say of objects is tested with the real Argo CD (tests/e2e).
#include "generate/health.hpp"

#include <map>

#include "generate/condition.hpp"
#include "generate/lua.hpp"
#include "support/policy_cases.hpp"

using namespace drift;
using generate::Condition;
using policy::set_of;

namespace {

// The data of the ConfigMap, as Argo CD reads it.
std::map<std::string, std::string> data_of(const generate::HealthScripts& scripts) {
  const auto manifests = policy::manifests_of(scripts.config_map);
  REQUIRE(manifests.objects().size() == 1);
  std::map<std::string, std::string> data;
  for (const auto& [key, value] : manifests.objects()[0].object.find("data").entries()) {
    REQUIRE(value.is_string());
    data[key] = value.text();
  }
  return data;
}

std::map<std::string, std::string> data_for(const std::string& spec,
                                            const std::vector<generate::OwnCheck>& own = {}) {
  return data_of(generate::health_scripts(set_of(spec), own));
}

// A rule that guards a field of these kinds.
std::string guarding(const std::string& kinds, const std::string& more = {}) {
  return "rules:\n- name: r\n  match: {any: [{resources: {kinds: [" + kinds +
         "]}}]}\n  severity: medium\n  fields: [{id: field, jsonPointers: [/spec/field]}]\n" + more;
}

std::vector<std::string> kinds_of(const std::map<std::string, std::string>& data) {
  std::vector<std::string> kinds;
  const std::string prefix = "resource.customizations.health.";
  for (const auto& [key, value] : data)
    if (key.starts_with(prefix)) kinds.push_back(key.substr(prefix.size()));
  return kinds;
}

Condition condition(const std::string& match, const std::string& kind = "Deployment",
                    const std::string& group = "apps") {
  const auto set = set_of("rules:\n- name: r\n  severity: high\n" + match);
  return generate::condition_of(set.rule(0), group, kind);
}

}  // namespace

TEST_CASE("each kind that rules guard fields of gets a script, and the libraries it uses") {
  const auto data = data_for(guarding("apps/*/Deployment, /v1/Service"));
  CHECK(kinds_of(data) == std::vector<std::string>{"Service", "apps_Deployment"});
  CHECK(data.at("resource.customizations.useOpenLibs.apps_Deployment") == "true");
  const auto& script = data.at("resource.customizations.health.apps_Deployment");
  CHECK(script.find(R"({id = "field", pointers = {{"spec", "field"}}})") != std::string::npos);
  CHECK(script.find("exceeded its progress deadline") != std::string::npos);
  CHECK(data.at("resource.customizations.health.Service").find("progress deadline") == std::string::npos);
}

TEST_CASE("the baseline's guarded kinds all have a script") {
  const auto data = data_of(generate::health_scripts(policy::baseline(), {}));
  CHECK(kinds_of(data) ==
        std::vector<std::string>{
            "PersistentVolume", "PersistentVolumeClaim", "Pod", "ReplicationController", "Service",
            "apps_DaemonSet", "apps_Deployment", "apps_ReplicaSet", "apps_StatefulSet", "argoproj.io_Rollout",
            "autoscaling.k8s.io_VerticalPodAutoscaler", "autoscaling_HorizontalPodAutoscaler",
            "batch_CronJob", "networking.k8s.io_Ingress", "policy_PodDisruptionBudget"});
}

TEST_CASE("Argo CD finds the ConfigMap by its label") {
  const auto manifests = policy::manifests_of(generate::health_scripts(policy::baseline(), {}).config_map);
  const auto& map = manifests.objects()[0];
  CHECK(map.name == "argocd-cm");
  CHECK(map.labels.find("app.kubernetes.io/part-of").text() == "argocd");
}

TEST_CASE("a wildcard stands for the kinds whose own check is known") {
  CHECK(kinds_of(data_for(guarding("batch/*/*"))) == std::vector<std::string>{"batch_CronJob", "batch_Job"});
}

TEST_CASE("a kind whose check isn't known gets no script, and that is said") {
  const auto scripts =
      generate::health_scripts(set_of(guarding("traefik.io/*/*, example.com/v1/Widget")), {});
  CHECK(scripts.config_map.find("health.") == std::string::npos);
  REQUIRE(scripts.notes.size() == 2);
  CHECK(scripts.notes[0].starts_with("rule test/r: no health script for traefik.io/*/*, "));
  CHECK(scripts.notes[1].starts_with("rule test/r: no health script for example.com/v1/Widget, "));
}

TEST_CASE("a check of the platform's own makes a script for its kind, and wins over Argo CD's") {
  const auto spec = guarding("example.com/v1/Widget, apps/v1/Deployment");
  const auto data = data_for(spec, {{"example.com", "Widget", " \n"},
                                    {"apps", "Deployment", "return {status = \"Suspended\"}"},
                                    {"example.com", "Other", "return {}"}});
  CHECK(kinds_of(data) == std::vector<std::string>{"apps_Deployment", "example.com_Widget"});
  CHECK(data.at("resource.customizations.health.example.com_Widget")
            .find("local function built_in() return {status = \"Healthy\"} end") != std::string::npos);
  const auto& deployment = data.at("resource.customizations.health.apps_Deployment");
  CHECK(deployment.find("local function built_in()\nreturn {status = \"Suspended\"}\nend") !=
        std::string::npos);
  CHECK(deployment.find("progress deadline") == std::string::npos);
}

TEST_CASE("what is only ever written as a digest is in no script") {
  const std::string map =
      "rules:\n- {name: r, match: {any: [{resources: {kinds: [ConfigMap, Secret, Pod]}}]}, severity: high, "
      "fields: [{id: data, jsonPointers: [/data]}, {id: env, jsonPointers: "
      "[/spec/containers/*/env, /spec/nodeName]}]}";
  const auto data = data_for(map);
  CHECK(data.at("resource.customizations.health.Pod")
            .find(R"({id = "env", pointers = {false, {"spec", "nodeName"}}})") != std::string::npos);
  CHECK(data.at("resource.customizations.health.ConfigMap").find("id = \"data\"") == std::string::npos);
  CHECK(!data.contains("resource.customizations.health.Secret"));
}

TEST_CASE("an object's severity and health stand with the field") {
  const auto data = data_for(
      "rules:\n- {name: r, match: {any: [{resources: {kinds: [Pod]}}]}, severity: high, fields: "
      "[{id: a, jsonPointers: [/spec/a~1b/0], severity: low, health: degraded}]}");
  CHECK(
      data.at("resource.customizations.health.Pod")
          .find(R"({id = "a", severity = "low", health = "Degraded", pointers = {{"spec", "a/b", "0"}}})") !=
      std::string::npos);
}

TEST_CASE(
    "a field that counts on some values alone stands beside the object's severity, and the higher is shown") {
  const auto data = data_for(
      "rules:\n- name: r\n  match: {any: [{resources: {kinds: [/v1/Service]}}]}\n  severity: medium\n  "
      "fields: [{id: "
      "field, jsonPointers: [/spec/field], severity: low, health: degraded, when: {all: [{key: new, "
      "operator: Equals, "
      "value: a}]}}]\n");
  const auto& script = data.at("resource.customizations.health.Service");
  CHECK(script.find(
            R"({id = "field", severity = "low", health = "Degraded", pointers = {{"spec", "field"}}},)") !=
        std::string::npos);
  CHECK(script.find(R"({id = "field", health = "Degraded", pointers = {{"spec", "field"}}},)") !=
        std::string::npos);
}

TEST_CASE("scripts of all known kinds fit into one ConfigMap") {
  const auto scripts = generate::health_scripts(set_of(guarding("\"*/*/*\"")), {});
  CHECK(kinds_of(data_of(scripts)).size() > 40);
  std::size_t size = 0;  // as the API server counts it
  for (const auto& [key, value] : data_of(scripts)) size += key.size() + value.size();
  CHECK(size < std::size_t{1000} << 10);
}

TEST_CASE("the same policy gives the same bytes") {
  CHECK(generate::health_scripts(policy::baseline(), {}).config_map ==
        generate::health_scripts(policy::baseline(), {}).config_map);
}

TEST_CASE("a rule about a kind alone holds always, about another kind never") {
  const std::string match = "  match: {any: [{resources: {kinds: [apps/v1/Deployment]}}]}\n";
  CHECK(condition(match).holds == Condition::Holds::always);
  CHECK(condition(match, "StatefulSet").holds == Condition::Holds::never);
  CHECK(condition(match, "Deployment", "extensions").holds == Condition::Holds::never);
  CHECK(condition(match + "  exclude: {any: [{resources: {kinds: [Deployment]}}]}\n").holds ==
        Condition::Holds::never);
  CHECK(condition(match + "  exclude: {any: [{resources: {kinds: [Pod]}}]}\n").holds ==
        Condition::Holds::always);
}

TEST_CASE("what a rule says of an object's place, name and labels becomes Lua") {
  CHECK(condition("  match: {any: [{resources: {namespaces: [\"prod-*\", shop]}}]}\n").lua ==
        "(string.find((obj.metadata.namespace or \"\"), \"^prod%-.*$\") ~= nil) or "
        "((obj.metadata.namespace or \"\") == \"shop\")");
  CHECK(condition("  match: {any: [{resources: {names: [web]}}, {resources: {kinds: [Pod]}}]}\n").lua ==
        "obj.metadata.name == \"web\"");
  CHECK(
      condition("  match: {all: [{resources: {names: [w], selector: {matchLabels: {tier: dev}}}}]}\n").lua ==
      "(obj.metadata.name == \"w\") and (({[\"dev\"] = true})[(obj.metadata.labels or {})[\"tier\"] or "
      "false])");
  CHECK(condition("  match: {any: [{resources: {kinds: [Deployment]}}]}\n"
                  "  exclude: {any: [{resources: {selector: {matchExpressions: [{key: a, operator: "
                  "Exists}]}}}]}\n")
            .lua == "not ((obj.metadata.labels or {})[\"a\"] ~= nil)");
}

TEST_CASE("a Namespace is in itself, and other cluster-scoped kinds are nowhere") {
  const std::string match = "  match: {any: [{resources: {namespaces: [shop]}}]}\n";
  CHECK(condition(match, "Namespace", "").lua.find("obj.metadata.name == \"shop\"") != std::string::npos);
  CHECK(condition(match, "PersistentVolume", "").lua.find("\"\" == \"shop\"") != std::string::npos);
}

TEST_CASE("Lua strings hold any byte") {
  CHECK(generate::lua::literal_of("a\"\\\n\x80") == R"("a\"\\\010\128")");
}
