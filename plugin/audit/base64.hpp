// Base64 with padding (RFC 4648, section 4).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace drift::audit {

std::string base64(std::string_view bytes);
// Nothing where the text isn't base64 as base64() writes it.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace drift::audit
