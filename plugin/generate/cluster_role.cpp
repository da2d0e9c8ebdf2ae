#include "generate/cluster_role.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "json/build.hpp"
#include "kube/kinds.hpp"

namespace drift::generate {
namespace {

// Sorted by group.
constexpr std::array<ClusterKind, 34> kinds = {{
    {"", "Namespace"},
    {"", "PersistentVolume"},
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicy"},
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"},
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"},
    {"apiextensions.k8s.io", "CustomResourceDefinition"},
    {"apiregistration.k8s.io", "APIService"},
    {"cert-manager.io", "ClusterIssuer"},
    {"certificates.k8s.io", "ClusterTrustBundle"},
    {"cilium.io", "CiliumClusterwideNetworkPolicy"},
    {"crd.projectcalico.org", "GlobalNetworkPolicy"},
    {"external-secrets.io", "ClusterExternalSecret"},
    {"external-secrets.io", "ClusterPushSecret"},
    {"external-secrets.io", "ClusterSecretStore"},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema"},
    {"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"},
    {"gateway.networking.k8s.io", "GatewayClass"},
    {"networking.k8s.io", "IngressClass"},
    {"networking.k8s.io", "ServiceCIDR"},
    {"node.k8s.io", "RuntimeClass"},
    {"policy.networking.k8s.io", "AdminNetworkPolicy"},
    {"policy.networking.k8s.io", "BaselineAdminNetworkPolicy"},
    {"policy.networking.k8s.io", "ClusterNetworkPolicy"},
    {"projectcalico.org", "GlobalNetworkPolicy"},
    {"rbac.authorization.k8s.io", "ClusterRole"},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding"},
    {"resource.k8s.io", "DeviceClass"},
    {"scheduling.k8s.io", "PriorityClass"},
    {"storage.k8s.io", "CSIDriver"},
    {"storage.k8s.io", "StorageClass"},
    {"storage.k8s.io", "VolumeAttributesClass"},
}};

}  // namespace

std::span<const ClusterKind> readable_cluster_kinds() {
  return kinds;
}

rapidjson::Value cluster_rules(const kube::KindFacts& platform, rapidjson::Document& document) {
  std::map<std::string, std::vector<std::string>> resources;  // by group
  const auto add = [&](std::string_view group, std::string_view kind) {
    auto plural = kube::known_plural(group, kind, platform);
    if (plural.empty()) plural = kube::english_plural(kind);
    auto& list = resources[std::string(group)];
    if (std::find(list.begin(), list.end(), plural) == list.end()) list.push_back(std::move(plural));
  };
  for (const auto& kind : kinds) add(kind.group, kind.kind);
  for (const auto& listed : platform.cluster_scoped) {
    const auto dot = listed.text.find('.');
    if (listed.literal && dot != std::string::npos)
      add(std::string_view(listed.text).substr(dot + 1), std::string_view(listed.text).substr(0, dot));
  }
  auto& memory = document.GetAllocator();
  rapidjson::Value rules(rapidjson::kArrayType);
  for (const auto& [group, list] : resources) {
    rapidjson::Value rule(rapidjson::kObjectType);
    rule.AddMember("apiGroups", text_list(std::vector{group}, document), memory);
    rule.AddMember("resources", text_list(list, document), memory);
    rule.AddMember("verbs", text_list(std::vector<std::string_view>{"get"}, document), memory);
    rules.PushBack(rule, memory);
  }
  return rules;
}

}  // namespace drift::generate
