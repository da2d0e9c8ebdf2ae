// The subsets of Endpoints, which say which addresses have which ports: in whatever order and grouping they are written.
#pragma once
#include <rapidjson/document.h>

namespace drift::analysis {

// Whether two lists of subsets say the same of the same addresses and ports. The API server groups them anew
// (kubernetes/pkg/api/v1/endpoints, RepackSubsets), and Argo CD sorts them (gitops-engine/pkg/diff, normalizeEndpoint).
// Takes what either of them has beyond the other for a difference.
bool same_subsets(const rapidjson::Value& a, const rapidjson::Value& b);

}  // namespace drift::analysis
