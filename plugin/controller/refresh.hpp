// What asks Argo CD to look at an Application.
#pragma once

namespace drift::controller {

// `normal`, or `hard` to render it anew, past what Argo CD keeps of renderings
// (https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/).
inline constexpr const char* refresh_annotation = "argocd.argoproj.io/refresh";

}  // namespace drift::controller
