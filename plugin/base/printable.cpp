#include "base/printable.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/utf8.hpp"

namespace drift {
namespace {

bool within(unsigned c, unsigned first, unsigned last) {
  return c >= first && c <= last;
}

bool harmful(unsigned c) {
  return c < 0x20 || within(c, 0x7F, 0x9F) || c == 0xAD || c == 0x61C || within(c, 0x200B, 0x200F) ||
         within(c, 0x2028, 0x202E) || within(c, 0x2060, 0x206F) || c == 0xFEFF || within(c, 0xFFF9, 0xFFFB) ||
         within(c, 0xE0000, 0xE007F);
}

void append_escape(unsigned c, std::string& out) {
  const auto escape = short_escape(c);
  escape.empty() ? static_cast<void>(fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", c))
                 : static_cast<void>(out += escape);
}

}  // namespace

std::string printable(std::string_view text, std::size_t longest) {
  std::string out;
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters == longest) return out + "…";
    const auto length = sequence_length(text);
    const auto sequence = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(sequence.size());
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (const auto c = code_point(sequence); harmful(c)) {
      append_escape(c, out);
    } else {
      out += sequence;
    }
  }
  return out;
}

std::size_t width(std::string_view printable) {
  std::size_t characters = 0;
  for (const char c : printable) characters += is_continuation(c) ? 0 : 1;
  return characters;
}

}  // namespace drift
