// UTF-8, one character at a time (RFC 3629).
#pragma once
#include <cstddef>
#include <string_view>

namespace drift {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// True of the bytes of a character behind its first.
constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// `\n`, `\r` or `\t` for these characters; empty for others.
constexpr std::string_view short_escape(unsigned c) {
  return c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : "";
}

// The length of the valid sequence at the start of text, which is not empty; 0 where there is none.
std::size_t sequence_length(std::string_view text);

// The character of one valid sequence.
unsigned code_point(std::string_view sequence);

}  // namespace drift
