// Text of others made harmless: on one line, and without anything that controls a terminal or turns the reading direction.
// For people to read, not for programs to read back (that is json/string.hpp): quotes and backslashes stay as they are.
#pragma once
#include <string>
#include <string_view>

namespace drift {

// Control characters, line and paragraph separators, bidirectional controls and invisible characters become `\n`, `\t` or
// `\u{hex}`; what is no UTF-8 becomes U+FFFD. Cut after `longest` characters, with `…` behind.
std::string printable(std::string_view text, std::size_t longest = std::string_view::npos);

// How many columns it takes, as far as one character takes one.
std::size_t width(std::string_view printable);

}  // namespace drift
