#include "base/encoding.hpp"

#include <string_view>

namespace drift {
namespace {

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0 | (c >> 6));
    byte(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    byte(0xe0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3f));
    byte(0x80 | (c & 0x3f));
  } else {
    byte(0xf0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3f));
    byte(0x80 | ((c >> 6) & 0x3f));
    byte(0x80 | (c & 0x3f));
  }
}

std::string from_utf16(std::string_view text, bool big_endian) {
  constexpr char32_t replacement = 0xfffd;
  const auto unit = [&](std::size_t at) -> char32_t {
    const auto first = static_cast<unsigned char>(text[at]);
    const auto second = static_cast<unsigned char>(text[at + 1]);
    return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string result;
  result.reserve(text.size());
  std::size_t at = 0;
  while (at + 1 < text.size()) {
    auto c = unit(at);
    at += 2;
    if (c >= 0xd800 && c < 0xe000) {
      const auto low = c < 0xdc00 && at + 1 < text.size() ? unit(at) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        at += 2;
      } else {
        c = replacement;
      }
    }
    append_utf8(result, c);
  }
  if (at < text.size()) append_utf8(result, replacement);
  return result;
}

}  // namespace

std::string to_utf8(std::string text) {
  const std::string_view view = text;
  if (view.starts_with("\xff\xfe")) return from_utf16(view.substr(2), false);
  if (view.starts_with("\xfe\xff")) return from_utf16(view.substr(2), true);
  return text;
}

}  // namespace drift
