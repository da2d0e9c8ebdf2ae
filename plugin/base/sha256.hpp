// SHA-256 of a text as 64 lower-case hexadecimal digits.
#pragma once
#include <string>
#include <string_view>

namespace drift {
std::string sha256_hex(std::string_view text);
}
