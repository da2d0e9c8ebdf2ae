#include "generate/accounts.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <string_view>
#include <utility>
#include <vector>

#include "annotators/hooks/roles.hpp"
#include "api/names.hpp"
#include "base/error.hpp"
#include "generate/cluster_role.hpp"
#include "json/build.hpp"
#include "json/to_yaml.hpp"

namespace drift::generate {
namespace {
using api::Hook;

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";
constexpr std::string_view rbac_version = "rbac.authorization.k8s.io/v1";

// Collects the documents of one namespace.
class Documents {
 public:
  explicit Documents(std::string ns) : ns_(std::move(ns)) {}

  rapidjson::Document start(std::string_view api_version, std::string_view kind, const std::string& name) {
    rapidjson::Document object;
    set(object, {"apiVersion"}, api_version);
    set(object, {"kind"}, kind);
    set(object, {"metadata", "name"}, name);
    if (kind != "Namespace" && !kind.starts_with("Cluster")) set(object, {"metadata", "namespace"}, ns_);
    set(object, {"metadata", "labels", "app.kubernetes.io/part-of"}, "drift-policy");
    return object;
  }

  void add(const rapidjson::Document& object) {
    if (!text_.empty()) text_ += "---\n";
    text_ += block_yaml(object);
  }

  const std::string& ns() const { return ns_; }
  std::string take() { return std::move(text_); }

 private:
  std::string ns_, text_;
};

void add_namespace(Documents& documents) {
  auto object = documents.start("v1", "Namespace", documents.ns());
  for (const char* mode : {"enforce", "audit", "warn"})
    set(object, {"metadata", "labels", fmt::format("pod-security.kubernetes.io/{}", mode)}, "restricted");
  documents.add(object);
}

// Binds a role to the accounts of these hooks, of every severity.
void bind(Documents& documents, rapidjson::Document binding, std::string_view role_kind,
          std::string_view role, const std::vector<Hook>& hooks, const policy::PolicySet& policies) {
  set(binding, {"roleRef", "apiGroup"}, rbac_group);
  set(binding, {"roleRef", "kind"}, role_kind);
  set(binding, {"roleRef", "name"}, role);
  rapidjson::Value subjects(rapidjson::kArrayType);
  for (const auto hook : hooks)
    for (const auto& severity : policies.severities) {
      rapidjson::Document subject(&binding.GetAllocator());
      set(subject, {"kind"}, "ServiceAccount");
      set(subject, {"name"}, api::platform_account(hook, severity.name));
      set(subject, {"namespace"}, documents.ns());
      subjects.PushBack(static_cast<rapidjson::Value&>(subject), binding.GetAllocator());
    }
  set(binding, {"subjects"}, std::move(subjects));
  documents.add(binding);
}

void add_role(Documents& documents, Hook hook, const policy::PolicySet& policies) {
  const auto name = fmt::format("drift-policy-{}", api::hook_name(hook));
  auto role = documents.start(rbac_version, "Role", name);
  set(role, {"rules"}, annotators::rule_list(annotators::platform_rules(hook), role));
  documents.add(role);
  bind(documents, documents.start(rbac_version, "RoleBinding", name), "Role", name, {hook}, policies);
}

// The namespace is part of the binding's name, since a cluster may have several namespaces of the platform's.
void add_cluster_role(Documents& documents, const policy::PolicySet& policies) {
  const std::string name = "drift-policy-read-cluster";
  auto role = documents.start(rbac_version, "ClusterRole", name);
  set(role, {"rules"}, cluster_rules(policies.kinds, role));
  documents.add(role);
  bind(documents,
       documents.start(rbac_version, "ClusterRoleBinding", fmt::format("{}-{}", name, documents.ns())),
       "ClusterRole", name, {Hook::gate, Hook::alert}, policies);
}

}  // namespace

std::string accounts(const policy::PolicySet& policies) {
  if (!policies.hooks.ns)
    throw InputError(
        "hooks.namespace isn't set, so hooks bring their own accounts; expected the namespace of the "
        "platform's");
  Documents documents(*policies.hooks.ns);
  add_namespace(documents);
  for (const auto hook : api::all_hooks)
    for (const auto& severity : policies.severities) {
      auto account = documents.start("v1", "ServiceAccount", api::platform_account(hook, severity.name));
      set(account, {"automountServiceAccountToken"},
          rapidjson::Value(false));  // the pods ask for it themselves
      documents.add(account);
    }
  for (const auto hook : api::all_hooks) add_role(documents, hook, policies);
  add_cluster_role(documents, policies);
  return documents.take();
}

}  // namespace drift::generate
