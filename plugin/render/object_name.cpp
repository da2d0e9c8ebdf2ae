#include "render/object_name.hpp"

#include <fmt/format.h>

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

}  // namespace drift::render
