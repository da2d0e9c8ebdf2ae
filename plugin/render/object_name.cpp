#include "render/object_name.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "kube/kubectl_names.hpp"

namespace drift::render {

bool is_named(std::string_view wanted, const manifest::Manifest& manifest, const kube::KindFacts& kinds) {
  if (wanted == manifest.display() || wanted == manifest.name ||
      wanted == fmt::format("{}/{}", manifest.kind, manifest.name))
    return true;
  const auto parts = parts_of(wanted, '/');
  if (parts.size() < 2 || parts.size() > 3 || parts.back() != manifest.name) return false;
  if (parts.size() == 3 && parts[1] != manifest.ns) return false;
  return kube::is_called(parts.front(), manifest.group, manifest.version, manifest.kind, kinds);
}

std::string completed_name(const std::string& begun, const manifest::Manifest& manifest,
                           const kube::KindFacts& kinds) {
  auto shown = manifest.display();
  const auto rest = shown.substr(std::min(shown.find('/'), shown.size()));
  if (const auto slash = begun.find('/'); slash != std::string::npos) {
    const auto kind = begun.substr(0, slash);
    return kube::is_called(kind, manifest.group, manifest.version, manifest.kind, kinds) ? kind + rest : "";
  }
  if (shown.starts_with(begun)) return shown;
  auto as_kubectl = lower_case(manifest.kind) + rest;
  if (as_kubectl.starts_with(begun)) return as_kubectl;
  return manifest.name.starts_with(begun) ? std::string(manifest.name) : "";
}

}  // namespace drift::render
