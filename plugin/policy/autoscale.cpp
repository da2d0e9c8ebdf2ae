#include "policy/autoscale.hpp"

#include <fmt/format.h>

#include "policy/match.hpp"

namespace drift::policy {

namespace {

// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
// https://keda.sh/docs/latest/reference/scaledobject-spec/: kind is Deployment where it is left out.
bool is_autoscaler(const manifest::Manifest& manifest) {
  return (manifest.group == "autoscaling" && manifest.kind == "HorizontalPodAutoscaler") ||
         (manifest.group == "keda.sh" && manifest.kind == "ScaledObject");
}

std::string_view text_at(yaml::Node node, std::string_view key, std::string_view otherwise) {
  auto value = node.find(key);
  return value.is_string() ? value.text() : otherwise;
}

}  // namespace

// A hook is gone after the sync, or (Skip) never there, so it scales nothing.
Autoscaled::Autoscaled(const manifest::Manifests& manifests, std::string_view destination_namespace) {
  for (const auto& manifest : manifests.objects()) {
    if (!is_autoscaler(manifest) || manifest.hook != manifest::HookKind::none) continue;
    auto target = manifest.object.find("spec").find("scaleTargetRef");
    if (!target) continue;
    auto kind = text_at(target, "kind", manifest.group == "keda.sh" ? "Deployment" : "");
    auto ns = subject_of(manifest, destination_namespace, {}).ns;
    targets_.insert(fmt::format("{}/{}/{}", kind, ns, text_at(target, "name", "")));
  }
}

bool Autoscaled::contains(const manifest::Manifest& manifest, std::string_view ns) const {
  return !targets_.empty() && targets_.contains(fmt::format("{}/{}/{}", manifest.kind, ns, manifest.name));
}

}  // namespace drift::policy
