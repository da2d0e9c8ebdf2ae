// Hides what plans hide (policy/redacted.hpp) in a live object, before anything of it is compared or shown.
#pragma once
#include <rapidjson/document.h>

#include <string_view>

namespace drift::hook {

// Values of a ConfigMap and of environment variables become `sha256:<hex>`; data of a Secret goes.
void redact(rapidjson::Document& object, std::string_view group, std::string_view kind);

}  // namespace drift::hook
