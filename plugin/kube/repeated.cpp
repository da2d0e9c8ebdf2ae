#include "kube/repeated.hpp"

#include <fmt/format.h>

#include <functional>
#include <unordered_map>

#include "base/printable.hpp"
#include "kube/kinds.hpp"

namespace drift::kube {
namespace {

constexpr std::size_t most_findings = 10;

struct Identity {
  std::string_view group, kind, ns, name;
  bool operator==(const Identity&) const = default;
};

struct IdentityHash {
  std::size_t operator()(const Identity& identity) const {
    std::size_t all = 0;
    for (const auto part : {identity.group, identity.kind, identity.ns, identity.name})
      all = all * 31 + std::hash<std::string_view>()(part);
    return all;
  }
};

}  // namespace

std::vector<std::size_t> last_of_same(const KindFacts& platform, const manifest::Manifests& manifests,
                                      const std::vector<bool>& skip, std::string_view destination) {
  const Resources resources(manifests, platform);
  const auto& objects = manifests.objects();
  std::vector<std::size_t> last(objects.size());
  std::unordered_map<Identity, std::size_t, IdentityHash> seen;
  seen.reserve(objects.size());
  for (std::size_t i = objects.size(); i-- > 0;) {
    const auto& manifest = objects[i];
    last[i] = i;
    if (skip[i] || manifest.name.empty()) continue;  // each with `generateName` is another
    std::string_view ns;
    if (resources.of(manifest.group, manifest.kind).namespaced)
      ns = manifest.ns.empty() ? destination : manifest.ns;
    last[i] = seen.try_emplace({manifest.group, manifest.kind, ns, manifest.name}, i).first->second;
  }
  return last;
}

std::vector<Finding> repeated_objects(const KindFacts& platform, const manifest::Manifests& manifests,
                                      const std::vector<bool>& skip, std::string_view destination) {
  const auto last = last_of_same(platform, manifests, skip, destination);
  std::vector<Finding> findings;
  std::size_t more = 0;
  for (std::size_t i = 0; i < last.size(); ++i) {
    if (last[i] == i) continue;
    if (findings.size() == most_findings) {
      ++more;
      continue;
    }
    const auto place = manifests.objects()[last[i]].place();
    findings.push_back(
        {manifests.objects()[i].place(),
         fmt::format("{} stands in the source again at {}:{}:{}; Argo CD applies only the last of them",
                     manifests.objects()[i].display(), printable(place.file), place.line, place.column)});
  }
  if (more > 0)
    findings.push_back({{}, fmt::format("{} more objects stand in the source more than once", more)});
  return findings;
}

}  // namespace drift::kube
