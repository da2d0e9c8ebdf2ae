// Any bytes as a policy, the platform's and an application's: mistakes are findings, or an InputError where it is no
// YAML; a policy without mistakes must decide any manifest.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/embedded.hpp"
#include "kube/field_types.hpp"
#include "manifest/manifest.hpp"
#include "policy/decide.hpp"
#include "policy/load.hpp"

namespace {

constexpr const char* manifests_text = R"(
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: prod-a, labels: {tier: dev}},
 spec: {replicas: 2, template: {spec: {containers: [{name: a, image: "a:1"}, {name: b, image: "b:1"}]}}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: web}, stringData: {password: not-to-be-shown}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, annotations: {drift-policy.dev/severity: high}}, spec: {}}
)";

void try_policies(const std::vector<drift::policy::PolicyText>& texts) {
  static const drift::manifest::Manifests manifests({{"manifests.yaml", manifests_text}});
  try {
    drift::policy::Findings findings;
    static const auto types = drift::kube::kubernetes_fields();
    const auto policies = drift::policy::load(texts, findings, &types);
    for (const auto& mistake : findings.mistakes) {
      if (mistake.message.empty()) std::abort();
    }
    if (!findings.mistakes.empty()) return;

    const auto verdicts = drift::policy::decide(policies, manifests, {"prod-b"});
    if (verdicts.size() != manifests.objects().size()) std::abort();
    for (const auto& verdict : verdicts) {
      if (verdict.severity >= policies.severities.size() || verdict.approval_severity > verdict.severity)
        std::abort();
      for (const auto& field : verdict.guarded) {
        if (field.value && field.value->find("not-to-be-shown") != std::string::npos) std::abort();
      }
    }
  } catch (const drift::InputError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string baseline(drift::embedded::baseline_yaml());
  try_policies({{"platform.yaml", text}});
  try_policies({{"baseline.yaml", baseline}, {"application.yaml", text, true}});
  return 0;
}
