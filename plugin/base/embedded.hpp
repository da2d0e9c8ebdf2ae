// Files of policies/, plugin/kube/, plugin/generate/ and deploy/ that the program carries inside itself (cmake/Embed.cmake).
#pragma once
#include <span>
#include <string_view>

namespace drift::embedded {
struct File {
  std::string_view path, text;
};
// What is fixed of deploy/, by its path there, sorted. What is generated from a policy isn't among it.
std::span<const File> deploy_files();

std::string_view baseline_yaml();
std::string_view schema_json();
std::string_view test_schema_json();
std::string_view known_kinds_txt();
std::string_view known_fields_txt();

// Parts of Argo CD's actions that `generate actions` writes.
std::string_view action_gate_lua();
std::string_view action_discovery_lua();
std::string_view action_answer_lua();

// Parts of the health scripts that `generate health` writes.
std::string_view drift_endpoints_lua();
std::string_view drift_lua();
std::string_view drift_schema_lua();
std::string_view health_apiservice_lua();
std::string_view health_cronjob_lua();
std::string_view health_daemonset_lua();
std::string_view health_deployment_lua();
std::string_view health_horizontalpodautoscaler_lua();
std::string_view health_ingress_lua();
std::string_view health_job_lua();
std::string_view health_none_lua();
std::string_view health_persistentvolumeclaim_lua();
std::string_view health_pod_lua();
std::string_view health_poddisruptionbudget_lua();
std::string_view health_replicaset_lua();
std::string_view health_rollout_lua();
std::string_view health_service_lua();
std::string_view health_statefulset_lua();
std::string_view report_lua();
}  // namespace drift::embedded
