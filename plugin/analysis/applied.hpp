// The copy of an object that kubectl and Argo CD leave in its annotations when they apply it on the client's side. Whoever
// may update the object may write another one.
#pragma once
#include <rapidjson/document.h>

#include <string_view>

namespace drift::analysis {

inline constexpr std::string_view last_applied_annotation =
    "kubectl.kubernetes.io/last-applied-configuration";

// Null where there is none, or it is no JSON object.
rapidjson::Document last_applied(const rapidjson::Value& live);

}  // namespace drift::analysis
