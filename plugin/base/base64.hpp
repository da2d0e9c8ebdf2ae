// Base64 with padding (RFC 4648, section 4), as Go's encoding/base64 (StdEncoding) writes and reads it: the YAML
// reader's, Kubernetes' and ours.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace drift {

std::string base64(std::string_view bytes);

// The bytes; nothing where the text is no base64. Line breaks are ignored, anything else must be in order. Leaves no
// copy of the text behind.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace drift
