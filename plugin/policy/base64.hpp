// Base64 (RFC 4648, section 4), as Kubernetes writes bytes.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace drift::policy {

std::string base64(std::string_view bytes);

// The bytes; nothing where the text is no base64. Line ends aren't allowed.
std::optional<std::string> unbase64(std::string_view text);

}  // namespace drift::policy
