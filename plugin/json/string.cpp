#include "json/string.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/utf8.hpp"

namespace drift {
namespace {

bool yaml_prints(unsigned c) {
  return c != 0x7F && (c < 0x80 || c >= 0xA0) && c != 0x2028 && c != 0x2029 && c != 0xFEFF && c != 0xFFFE &&
         c != 0xFFFF;
}

void append_escape(char c, std::string& out) {
  const auto code = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\')
    out.append("\\").append(1, c);
  else if (const auto escape = short_escape(code); !escape.empty())
    out += escape;
  else
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
}

// Bytes that stand for themselves.
constexpr std::array<bool, 256> plain_in_json = [] {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Writes the character that a text begins with, which is none of these; gives its bytes.
std::size_t append_special(std::string_view text, std::string& out) {
  if (static_cast<unsigned char>(text[0]) < 0x80) {
    append_escape(text[0], out);
    return 1;
  }
  const std::size_t length = sequence_length(text);
  if (length == 0) {
    out += "\xEF\xBF\xBD";
    return 1;
  }
  const auto sequence = text.substr(0, length);
  if (const unsigned point = code_point(sequence); !yaml_prints(point))
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
  else
    out += sequence;
  return length;
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(),
                         [](char c) { return plain_in_json[static_cast<unsigned char>(c)]; }) -
        text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_special(text, out));
  }
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

}  // namespace drift
