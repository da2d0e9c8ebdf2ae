// How the Kubernetes API names what manifests call a kind: RBAC and URLs use the plural.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/wildcard.hpp"
#include "manifest/manifest.hpp"

namespace drift::kube {

// A Secret of Kubernetes' own, whose values nobody may see.
inline bool is_secret(std::string_view group, std::string_view kind) {
  return group.empty() && kind == "Secret";
}

// Whether objects of a kind are in a namespace. `unknown`: rules take what is stricter (match.hpp).
enum class Scope : std::uint8_t { unknown, namespaced, cluster };

// Kinds that are no part of Kubernetes, as the platform's clusters have them: `Kind.group`, with wildcards.
struct KindFacts {
  std::vector<Glob> cluster_scoped, namespaced;
  std::vector<std::pair<std::string, std::string>> plurals;  // sorted, without wildcards
};

// By the table of known kinds (known_kinds.hpp) and what the platform says of others; never by what an author wrote. Of kinds of
// Kubernetes' own the table is right, of others the platform.
Scope scope_of(std::string_view group, std::string_view kind, const KindFacts& platform);

struct Resource {
  // `deployments`; empty: the kind can't be one (RBAC must never see what an author made up).
  std::string plural;
  bool namespaced = true;
  // Neither the table nor the platform knows both: the cluster itself may say otherwise.
  bool guessed = false;
};

// What the table or the platform knows of a kind counts first: a definition of the author's can't make it another one. Of other
// kinds the CustomResourceDefinitions of the same rendering that are no hooks say how they are called, which is a guess, since
// Argo CD goes by the cluster alone (controller/state.go, IsNamespacedOrUnknown). For any other the English plural is taken, which
// is right for nearly all, and that they have a namespace.
class Resources {
 public:
  // Refers to `platform`.
  Resources(const manifest::Manifests& manifests, const KindFacts& platform);
  Resource of(std::string_view group, std::string_view kind) const;

 private:
  const KindFacts& platform_;
  std::map<std::pair<std::string, std::string>, Resource, std::less<>> custom_;  // by group and kind
};

// Whether a group holds Kubernetes' own kinds: those without a dot, which no CustomResourceDefinition may have, and the
// listed ones.
bool is_kubernetes_own(std::string_view group);

// Whether objects of a kind say that they have failed, where they are hooks: Jobs, Pods and Argo's Workflows, which are also those
// that Argo CD waits for (gitops-engine, pkg/health).
bool tells_its_outcome(std::string_view group, std::string_view kind);

// The plural of a kind by the table, else by the platform; empty where neither knows it.
std::string known_plural(std::string_view group, std::string_view kind, const KindFacts& platform);

// `policies` of `Policy`, `gateways` of `Gateway`, `meshes` of `Mesh`: all in lower case.
std::string english_plural(std::string_view kind);

}  // namespace drift::kube
