// The table of kinds, and what decides how a kind is called and whether it has a namespace.
#include "kube/known_kinds.hpp"

#include <algorithm>

#include "kube/kinds.hpp"
#include "policy/match.hpp"
#include "support/policy_cases.hpp"

using namespace drift;
using kube::known_kind;
using policy::manifests_of;

namespace {

std::string definition(const std::string& kind, const std::string& plural, const std::string& scope,
                       const std::string& metadata = "name: x",
                       const std::string& version = "apiextensions.k8s.io/v1",
                       const std::string& group = "example.net") {
  return "apiVersion: " + version + "\nkind: CustomResourceDefinition\nmetadata: {" + metadata +
         "}\nspec: {group: " + group + ", scope: " + scope + ", names: {kind: " + kind +
         ", plural: " + plural + "}}\n---\n";
}

kube::Resource resource(const std::string& source, std::string_view group, std::string_view kind) {
  const auto manifests = manifests_of(source);
  const kube::KindFacts nothing;
  return kube::Resources(manifests, nothing).of(group, kind);
}

}  // namespace

TEST_SUITE("known kinds") {
  TEST_CASE("the table is sorted, and each kind stands in it once") {
    const auto kinds = kube::known_kinds();
    CHECK(kinds.size() > 1000);
    const auto wrong = [](const kube::KnownKind& a, const kube::KnownKind& b) {
      return std::tie(a.group, a.kind) >= std::tie(b.group, b.kind);
    };
    CHECK(std::adjacent_find(kinds.begin(), kinds.end(), wrong) == kinds.end());
    for (const auto& kind : kinds) {
      CAPTURE(kind.kind);
      CHECK(!kind.kind.empty());
      CHECK(!kind.plural().empty());
      CHECK(known_kind(kind.group, kind.kind) == &kind);
    }
    CHECK(known_kind("", "Nothing") == nullptr);
    CHECK(known_kind("zzz.example.net", "Zzz") == nullptr);
  }

  TEST_CASE("kinds without a namespace that people deploy, Kubernetes' own and others") {
    for (const auto& [group, kind] : std::initializer_list<std::pair<const char*, const char*>>{
             {"", "Namespace"},
             {"", "PersistentVolume"},
             {"rbac.authorization.k8s.io", "ClusterRole"},
             {"storage.k8s.io", "StorageClass"},
             {"policy", "PodSecurityPolicy"},
             {"apiextensions.k8s.io", "CustomResourceDefinition"},
             {"apiregistration.k8s.io", "APIService"},
             {"cert-manager.io", "ClusterIssuer"},
             {"external-secrets.io", "ClusterSecretStore"},
             {"gateway.networking.k8s.io", "GatewayClass"},
             {"kyverno.io", "ClusterPolicy"},
             {"logging.banzaicloud.io", "Logging"},
             {"karpenter.sh", "NodePool"},
             {"cilium.io", "CiliumClusterwideNetworkPolicy"}}) {
      const auto& shown_kind = kind;  // a binding itself can't be captured
      CAPTURE(shown_kind);
      CHECK(policy::is_cluster_scoped(group, kind));
    }
    for (const auto& [group, kind] : std::initializer_list<std::pair<const char*, const char*>>{
             {"", "ConfigMap"},
             {"apps", "Deployment"},
             {"argoproj.io", "Rollout"},
             {"fleet.cattle.io", "ClusterGroup"},
             {"logging.banzaicloud.io", "ClusterFlow"}}) {
      const auto& shown_kind = kind;  // a binding itself can't be captured
      CAPTURE(shown_kind);
      CHECK_FALSE(policy::is_cluster_scoped(group, kind));
      CHECK(known_kind(group, kind) != nullptr);
    }
  }

  TEST_CASE("plurals that aren't the English one") {
    for (const auto& [group, kind, plural] :
         std::initializer_list<std::tuple<const char*, const char*, const char*>>{
             {"", "Endpoints", "endpoints"},
             {"networking.k8s.io", "NetworkPolicy", "networkpolicies"},
             {"argoproj.io", "EventBus", "eventbus"},
             {"mutations.gatekeeper.sh", "AssignMetadata", "assignmetadata"},
             {"k8s.cni.cncf.io", "NetworkAttachmentDefinition", "network-attachment-definitions"},
             {"security.openshift.io", "SecurityContextConstraints", "securitycontextconstraints"},
             {"elbv2.k8s.aws", "IngressClassParams", "ingressclassparams"}}) {
      const auto& shown_kind = kind;  // a binding itself can't be captured
      CAPTURE(shown_kind);
      CHECK(resource("", group, kind).plural == plural);
    }
  }

  TEST_CASE("a definition that is a hook says nothing, whatever the hook") {
    for (const char* hook : {"Skip", "Sync", "PreSync", "PostSync", "SyncFail", "Nonsense"}) {
      const auto note = std::string("name: x, annotations: {argocd.argoproj.io/hook: ") + hook + "}";
      CAPTURE(hook);
      const auto found = resource(definition("Widget", "widgetry", "Cluster", note), "example.net", "Widget");
      CHECK(found.namespaced);
      CHECK(found.plural == "widgets");
    }
    // Argo CD applies it as any other object (gitops-engine, pkg/sync/hook/helm/hook.go).
    const std::string helm = "name: x, annotations: {helm.sh/hook: crd-install}";
    CHECK(resource(definition("Widget", "widgetry", "Cluster", helm), "example.net", "Widget").plural ==
          "widgetry");
  }

  TEST_CASE("no definition makes a known kind another one") {
    const auto rollouts = definition("Rollout", "others", "Cluster", "name: rollouts.argoproj.io",
                                     "apiextensions.k8s.io/v1", "argoproj.io");
    CHECK(resource(rollouts, "argoproj.io", "Rollout").namespaced);
    CHECK(resource(rollouts, "argoproj.io", "Rollout").plural == "rollouts");
    const auto deployments =
        definition("Deployment", "others", "Cluster", "name: x", "apiextensions.k8s.io/v1", "apps");
    CHECK(resource(deployments, "apps", "Deployment").plural == "deployments");
  }

  TEST_CASE("of other kinds the last definition counts, of any version") {
    const auto source =
        definition("Widget", "widgetry", "Namespaced") +
        definition("Widget", "widgeties", "Cluster", "name: x", "apiextensions.k8s.io/v1beta1");
    const auto found = resource(source, "example.net", "Widget");
    CHECK_FALSE(found.namespaced);
    CHECK(found.plural == "widgeties");
  }
}
