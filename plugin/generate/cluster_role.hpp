// What the gate and the alert may read that is in no namespace. The Roles that each rendering brings can't name such objects, so
// the platform's accounts have these rights beforehand.
#pragma once
#include <rapidjson/document.h>

#include <span>
#include <string_view>

#include "policy/policy.hpp"

namespace drift::generate {

struct ClusterKind {
  std::string_view group, kind;
};

// The kinds without a namespace that people deploy, of Kubernetes' own and of those that the baseline names: not those that only
// components write (Nodes, CSINodes, certificate requests, …), nor any that may hold a secret (keda.sh's
// ClusterTriggerAuthentication can hold a token of Vault).
std::span<const ClusterKind> readable_cluster_kinds();

// `get` on each of them and on those that the platform lists under `clusterScoped` without wildcards, one rule for each group.
rapidjson::Value cluster_rules(const kube::KindFacts& platform, rapidjson::Document& document);

}  // namespace drift::generate
