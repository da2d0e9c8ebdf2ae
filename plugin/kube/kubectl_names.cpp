#include "kube/kubectl_names.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace drift::kube {
namespace {

struct ShortName {
  std::string_view name, group, kind;
};

// Kubernetes' own as the API server tells them (ShortNames() in pkg/registry of kubernetes 1.37), and Argo CD's.
constexpr std::array short_names = std::to_array<ShortName>({
    {"csr", "certificates.k8s.io", "CertificateSigningRequest"},
    {"pc", "scheduling.k8s.io", "PriorityClass"},
    {"netpol", "networking.k8s.io", "NetworkPolicy"},
    {"ing", "networking.k8s.io", "Ingress"},
    {"ip", "networking.k8s.io", "IPAddress"},
    {"pdb", "policy", "PodDisruptionBudget"},
    {"sc", "storage.k8s.io", "StorageClass"},
    {"vac", "storage.k8s.io", "VolumeAttributesClass"},
    {"hpa", "autoscaling", "HorizontalPodAutoscaler"},
    {"ds", "apps", "DaemonSet"},
    {"sts", "apps", "StatefulSet"},
    {"deploy", "apps", "Deployment"},
    {"rs", "apps", "ReplicaSet"},
    {"cj", "batch", "CronJob"},
    {"no", "", "Node"},
    {"quota", "", "ResourceQuota"},
    {"limits", "", "LimitRange"},
    {"pv", "", "PersistentVolume"},
    {"pvc", "", "PersistentVolumeClaim"},
    {"sa", "", "ServiceAccount"},
    {"ev", "", "Event"},
    {"ns", "", "Namespace"},
    {"po", "", "Pod"},
    {"svc", "", "Service"},
    {"ep", "", "Endpoints"},
    {"rc", "", "ReplicationController"},
    {"cm", "", "ConfigMap"},
    {"crd", "apiextensions.k8s.io", "CustomResourceDefinition"},
    {"crds", "apiextensions.k8s.io", "CustomResourceDefinition"},
    {"app", "argoproj.io", "Application"},
    {"apps", "argoproj.io", "Application"},
    {"appset", "argoproj.io", "ApplicationSet"},
    {"appsets", "argoproj.io", "ApplicationSet"},
    {"appproj", "argoproj.io", "AppProject"},
    {"appprojs", "argoproj.io", "AppProject"},
});

bool is_short_for(std::string_view name, std::string_view group, std::string_view kind) {
  return std::any_of(short_names.begin(), short_names.end(), [&](const ShortName& each) {
    return each.name == name && each.group == group && each.kind == kind;
  });
}

}  // namespace

bool is_called(std::string_view written, std::string_view group, std::string_view version,
               std::string_view kind, const KindFacts& platform) {
  const auto lower = lower_case(written);
  std::string_view rest = lower;
  const auto name = take_until(rest, '.');
  const auto plural = known_plural(group, kind, platform);
  if (name != lower_case(kind) && name != (plural.empty() ? english_plural(kind) : plural) &&
      !is_short_for(name, group, kind))
    return false;
  if (rest.empty()) return true;
  const auto full = std::string(version) + '.' + std::string(group);
  return rest == group || rest == full || (group.empty() && rest == version);
}

}  // namespace drift::kube
