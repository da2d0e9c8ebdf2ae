// Versions of Kubernetes and of Argo CD.
#pragma once
#include <array>
#include <string>
#include <string_view>

namespace drift::source {

// The numbers of a version (`v1.31.2+k3s1` gives `1.31.2`), which every Helm understands; empty for empty. Throws InputError
// for what has no `major.minor` (Argo CD's parseKubeVersion, k8s.io/apimachinery version.ParseGeneric).
std::string generic_version(std::string_view text);

// The three numbers of a version of Argo CD.
using ArgoCdVersion = std::array<int, 3>;

// The first to match a directory's files by gobwas/glob 1.0.0; those before have 0.2.3.
inline constexpr ArgoCdVersion new_globs{3, 6, 0};

// The first to read a values file once that is named twice.
inline constexpr ArgoCdVersion unique_values_files{3, 4, 0};

// `3.4.2`, `v3.4.2+0123abc`, `3.4`; a pre-release counts as what it leads to. Throws InputError naming `what` for all else.
ArgoCdVersion parse_argocd_version(std::string_view text, std::string_view what);

}  // namespace drift::source
