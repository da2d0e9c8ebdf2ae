// The baseline: what a platform team signs when it installs nothing else.
#include <algorithm>

#include "support/policy_cases.hpp"

using namespace drift;
using namespace drift::policy;

namespace {

std::string object(const std::string& api_version, const std::string& kind, const std::string& rest = {}) {
  return "apiVersion: " + api_version + "\nkind: " + kind + "\nmetadata: {name: a, namespace: b}\n" + rest;
}

std::string severity(const std::string& api_version, const std::string& kind) {
  static const auto set = baseline();
  return severity_of(set, object(api_version, kind));
}

std::string field_severity(const std::string& text, const std::string& key) {
  const auto set = baseline();
  auto verdict = verdict_of(set, text);
  for (const auto& guarded : verdict.guarded)
    if (guarded.key == key) return set.severities[guarded.severity].name;
  return "not guarded";
}

const std::string deployment =
    object("apps/v1", "Deployment",
           "spec: {replicas: 2, template: {spec: {containers: [{name: a, image: b, env: [{name: c, "
           "value: d}], resources: {limits: {cpu: 1}}}]}}}\n");

}  // namespace

TEST_CASE(
    "baseline: a scaled Deployment is low, a Service's type medium, a deleted Secret high, widened RBAC "
    "critical") {
  CHECK(field_severity(deployment, "replicas") == "low");
  CHECK(field_severity(object("v1", "Service", "spec: {type: ClusterIP}\n"), "type") == "medium");
  CHECK(severity("v1", "Secret") == "high");
  CHECK(severity("rbac.authorization.k8s.io/v1", "Role") == "critical");
  CHECK(severity("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") == "critical");
}

TEST_CASE("baseline: the usual kinds have a severity of their own") {
  CHECK(severity("apps/v1", "Deployment") == "medium");
  CHECK(severity("apps/v1", "StatefulSet") == "medium");
  CHECK(severity("apps/v1", "DaemonSet") == "medium");
  CHECK(severity("batch/v1", "CronJob") == "medium");
  CHECK(severity("batch/v1", "Job") == "medium");
  CHECK(severity("v1", "Service") == "medium");
  CHECK(severity("v1", "ConfigMap") == "medium");
  CHECK(severity("networking.k8s.io/v1", "Ingress") == "medium");
  CHECK(severity("policy/v1", "PodDisruptionBudget") == "medium");
  CHECK(severity("autoscaling/v2", "HorizontalPodAutoscaler") == "medium");
  CHECK(severity("v1", "Namespace") == "high");
  CHECK(severity("v1", "PersistentVolumeClaim") == "high");
  CHECK(severity("apiextensions.k8s.io/v1", "CustomResourceDefinition") == "high");
  CHECK(severity("networking.k8s.io/v1", "NetworkPolicy") == "high");
  CHECK(severity("cilium.io/v2", "CiliumClusterwideNetworkPolicy") == "high");
  CHECK(severity("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration") == "critical");
  CHECK(severity("apiregistration.k8s.io/v1", "APIService") == "critical");
  CHECK(severity("example.com/v1", "Widget") == "low");
}

TEST_CASE("baseline: fields that people drift on are guarded") {
  CHECK(field_severity(deployment, "image.0") == "high");
  CHECK(field_severity(deployment, "env.0") == "medium");
  CHECK(field_severity(deployment, "resources.0") == "medium");
  CHECK(field_severity(object("v1", "Service", "spec: {loadBalancerSourceRanges: [10.0.0.0/8]}\n"),
                       "source-ranges") == "high");
  CHECK(field_severity(object("v1", "ConfigMap", "data: {a: b}\n"), "data") == "medium");
}

TEST_CASE("baseline: what can't be brought back isn't pruned or deleted without a person") {
  const auto set = baseline();
  for (const auto& [api_version, kind] : {std::pair("v1", "Namespace"),
                                          {"v1", "PersistentVolumeClaim"},
                                          {"apiextensions.k8s.io/v1", "CustomResourceDefinition"}})
    CHECK(verdict_of(set, object(api_version, kind)).sync_options ==
          std::vector<std::string>{"Prune=confirm", "Delete=confirm"});
}

TEST_CASE("baseline: only what must wait for workloads has a wave, and an author's own stays") {
  const auto set = baseline();
  std::vector<std::string> with_wave;
  for (std::size_t i = 0; i < set.rules.size(); ++i)
    if (set.rule(i).sync_wave) {
      with_wave.push_back(set.rule(i).name);
      CHECK_FALSE(set.rule(i).sync_wave->overwrite);
    }
  CHECK(with_wave == std::vector<std::string>{"admission"});
}

TEST_CASE("baseline: dashboards may be changed, other ConfigMaps not") {
  const auto set = baseline();
  CHECK(
      severity_of(
          set, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {grafana_dashboard: '1'}}\n") ==
      "low");
}

TEST_CASE("baseline: RBAC is critical under OpenShift's group too, which serves the same objects") {
  CHECK(severity("authorization.openshift.io/v1", "RoleBinding") == "critical");
  CHECK(severity("authorization.openshift.io/v1", "ClusterRole") == "critical");
}
