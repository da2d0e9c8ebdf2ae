// ANSI colours (ECMA-48 SGR) for terminals.
#pragma once
#include <string>
#include <string_view>

namespace drift {

inline constexpr std::string_view red = "\033[31m", green = "\033[32m", yellow = "\033[33m",
                                  cyan = "\033[36m", bold = "\033[1m", plain = "\033[0m";

inline std::string in_colour(std::string_view text, std::string_view code, bool colour) {
  if (!colour) return std::string(text);
  return std::string(code).append(text).append(plain);
}

}  // namespace drift
