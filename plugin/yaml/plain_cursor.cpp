#include "yaml/plain_cursor.hpp"

#include <cstdint>
#include <cstring>

#include "base/utf8.hpp"

namespace drift::yaml {
namespace {

constexpr std::uint64_t each_byte = 0x0101010101010101;

// True where each of eight bytes is printable ASCII or a line feed; false says nothing.
bool eight_printable(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  const std::uint64_t high = bytes & each_byte * 0x80;
  // With all high bits clear no byte carries into the next.
  const std::uint64_t below_space = ~(bytes + each_byte * (0x80 - 0x20)) & each_byte * 0x80;
  const std::uint64_t deletes = (bytes + each_byte) & each_byte * 0x80;
  const std::uint64_t other = bytes ^ each_byte * '\n';
  const std::uint64_t line_feeds = ~(other + each_byte * 0x7F) & each_byte * 0x80;
  return high == 0 && deletes == 0 && (below_space & ~line_feeds) == 0;
}

// YAML 1.1's printable characters beyond ASCII (https://yaml.org/spec/1.1/#c-printable), without NEL, LS, PS and the
// byte order mark, which mean more than themselves.
bool is_plain(unsigned point) {
  return (point >= 0xA0 && point < 0xD800 && point != 0x2028 && point != 0x2029) ||
         (point >= 0xE000 && point < 0xFFFE && point != 0xFEFF) || point >= 0x10000;
}

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    if (text.size() >= 8 && eight_printable(text.data())) {
      text.remove_prefix(8);
      continue;
    }
    const auto c = static_cast<unsigned char>(text[0]);
    std::size_t length = 1;
    if (c >= 0x80) {
      length = sequence_length(text);
      if (length == 0 || !is_plain(code_point(text.substr(0, length)))) return false;
    } else if (c == 0x7F || (c < ' ' && c != '\n' && c != '\t')) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace drift::yaml
