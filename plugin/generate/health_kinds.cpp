#include "generate/health_kinds.hpp"

#include <array>

#include "base/embedded.hpp"

namespace drift::generate {
namespace {

using namespace embedded;

constexpr std::array cluster_kinds = {
    HealthKind{"", "ConfigMap", health_none_lua},
    HealthKind{"", "Endpoints", health_none_lua},
    HealthKind{"", "LimitRange", health_none_lua},
    HealthKind{"", "Namespace", health_none_lua},
    HealthKind{"", "PersistentVolume", health_none_lua},
    HealthKind{"", "PersistentVolumeClaim", health_persistentvolumeclaim_lua},
    HealthKind{"", "Pod", health_pod_lua},
    HealthKind{"", "PodTemplate", health_none_lua},
    HealthKind{"", "ReplicationController", health_none_lua},
    HealthKind{"", "ResourceQuota", health_none_lua},
    HealthKind{"", "Service", health_service_lua},
    HealthKind{"", "ServiceAccount", health_none_lua},
    HealthKind{"admissionregistration.k8s.io", "MutatingAdmissionPolicy", health_none_lua},
    HealthKind{"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", health_none_lua},
    HealthKind{"admissionregistration.k8s.io", "MutatingWebhookConfiguration", health_none_lua},
    HealthKind{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", health_none_lua},
    HealthKind{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", health_none_lua},
    HealthKind{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", health_none_lua},
    HealthKind{"apiregistration.k8s.io", "APIService", health_apiservice_lua},
    HealthKind{"apps", "DaemonSet", health_daemonset_lua},
    HealthKind{"apps", "Deployment", health_deployment_lua},
    HealthKind{"apps", "ReplicaSet", health_replicaset_lua},
    HealthKind{"apps", "StatefulSet", health_statefulset_lua},
    HealthKind{"argoproj.io", "Rollout", health_rollout_lua},
    HealthKind{"autoscaling", "HorizontalPodAutoscaler", health_horizontalpodautoscaler_lua},
    HealthKind{"autoscaling.k8s.io", "VerticalPodAutoscaler", health_none_lua},
    HealthKind{"batch", "CronJob", health_cronjob_lua},
    HealthKind{"batch", "Job", health_job_lua},
    HealthKind{"coordination.k8s.io", "Lease", health_none_lua},
    HealthKind{"discovery.k8s.io", "EndpointSlice", health_none_lua},
    HealthKind{"networking.k8s.io", "Ingress", health_ingress_lua},
    HealthKind{"networking.k8s.io", "IngressClass", health_none_lua},
    HealthKind{"networking.k8s.io", "NetworkPolicy", health_none_lua},
    HealthKind{"node.k8s.io", "RuntimeClass", health_none_lua},
    HealthKind{"policy", "PodDisruptionBudget", health_poddisruptionbudget_lua},
    HealthKind{"rbac.authorization.k8s.io", "ClusterRole", health_none_lua},
    HealthKind{"rbac.authorization.k8s.io", "ClusterRoleBinding", health_none_lua},
    HealthKind{"rbac.authorization.k8s.io", "Role", health_none_lua},
    HealthKind{"rbac.authorization.k8s.io", "RoleBinding", health_none_lua},
    HealthKind{"scheduling.k8s.io", "PriorityClass", health_none_lua},
    HealthKind{"storage.k8s.io", "CSIDriver", health_none_lua},
    HealthKind{"storage.k8s.io", "StorageClass", health_none_lua},
    HealthKind{"storage.k8s.io", "VolumeAttributesClass", health_none_lua},
};

}  // namespace

std::span<const HealthKind> health_kinds() {
  return cluster_kinds;
}

}  // namespace drift::generate
