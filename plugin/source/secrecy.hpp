// What is likely a secret, by its name or its looks, and keeping it out of what people see.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drift::source {

// Whether a value of that name (`db.pass`, `tls.key`, `DB_PASSWORD`) is likely one.
bool sounds_secret(std::string_view name);

// Whether the value is one whatever its name: a private key, or a URL with a password or a token.
bool looks_secret(std::string_view value);

// The text with `…` in place of each secret and its base64. Of several lines each counts by itself, and what is shorter
// than four bytes stays: it could be part of any word.
std::string masked(std::string text, const std::vector<std::string>& secrets);

}  // namespace drift::source
