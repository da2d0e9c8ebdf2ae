// Base64, as Go's encoding/base64 (StdEncoding) reads it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace drift::manifest {

// The bytes; nothing where the text is no base64. Line breaks are ignored, anything else must be in order.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace drift::manifest
