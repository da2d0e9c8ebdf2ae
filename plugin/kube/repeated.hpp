// One object that stands in a source more than once. To Argo CD an object is its group, kind, namespace (the destination's where
// the manifest has none) and name, whatever the version; it keeps the last (controller/state.go, NormalizeTargetObjects), and so
// does the plan.
#pragma once
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "kube/kinds.hpp"
#include "manifest/manifest.hpp"

namespace drift::kube {

// For each object the index of the last that is the same one: mostly its own. Those of `skip` are looked at by nobody.
std::vector<std::size_t> last_of_same(const KindFacts& platform, const manifest::Manifests& manifests,
                                      const std::vector<bool>& skip, std::string_view destination);

// A finding for each object that another one replaces, with both places; at most ten, and how many more.
std::vector<Finding> repeated_objects(const KindFacts& platform, const manifest::Manifests& manifests,
                                      const std::vector<bool>& skip, std::string_view destination);

}  // namespace drift::kube
