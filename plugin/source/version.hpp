// Kubernetes versions.
#pragma once
#include <string>
#include <string_view>

namespace drift::source {

// The numbers of a version (`v1.31.2+k3s1` gives `1.31.2`), which every Helm understands; empty for empty. Throws InputError
// for what has no `major.minor` (Argo CD's parseKubeVersion, k8s.io/apimachinery version.ParseGeneric).
std::string generic_version(std::string_view text);

}  // namespace drift::source
