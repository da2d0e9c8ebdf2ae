// Hides in a live object what plans hide (api/redacted.hpp), before anything of it is compared or shown. It doesn't
// rely on what it is compared with: a base that somebody has forged can't bring a value to light.
#pragma once
#include <rapidjson/document.h>

#include <string_view>

namespace drift::analysis {

// Values of a ConfigMap and of environment variables become `sha256:<hex>`. Of a Secret only type, immutable, labels and
// managedFields stay; of other objects' annotations all but ours, Argo CD's and kubectl's copy of the object.
void redact(rapidjson::Document& object, std::string_view group, std::string_view kind);

}  // namespace drift::analysis
