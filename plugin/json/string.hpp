// JSON text that is YAML too: what YAML does not print unescaped (C1, DEL, line and paragraph separators, byte order mark)
// is escaped beside what JSON demands.
#pragma once
#include <string>
#include <string_view>

namespace drift {

// Appends the string in quotes; what is no UTF-8 becomes U+FFFD, as in Go's encoding/json.
void append_json_string(std::string_view text, std::string& out);

// The string in quotes.
std::string json_string(std::string_view text);

}  // namespace drift
