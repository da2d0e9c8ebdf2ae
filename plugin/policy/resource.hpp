// How the Kubernetes API names what manifests call a kind: RBAC and URLs use the plural.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "manifest/manifest.hpp"

namespace drift::policy {

struct Resource {
  // `deployments`; empty: the kind can't be one (RBAC must never see what an author made up).
  std::string plural;
  bool namespaced = true;
};

// What is known of a kind (known_kinds.hpp) counts first: a definition of the author's can't make it another one. Of other kinds
// the CustomResourceDefinitions of the same rendering that are no hooks say how they are called. For any other the English plural
// is taken, which is right for nearly all, and that they have a namespace.
class Resources {
 public:
  explicit Resources(const manifest::Manifests& manifests);
  Resource of(std::string_view group, std::string_view kind) const;

 private:
  std::map<std::pair<std::string, std::string>, Resource, std::less<>> custom_;  // by group and kind
};

// Whether a group holds Kubernetes' own kinds: those without a dot, which no CustomResourceDefinition may have, and the
// listed ones.
bool is_kubernetes_own(std::string_view group);

// Whether objects of a kind say that they have failed, where they are hooks: Jobs, Pods and Argo's Workflows, which are also those
// that Argo CD waits for (gitops-engine, pkg/health).
bool tells_its_outcome(std::string_view group, std::string_view kind);

// `policies` of `Policy`, `gateways` of `Gateway`, `meshes` of `Mesh`: all in lower case.
std::string english_plural(std::string_view kind);

}  // namespace drift::policy
