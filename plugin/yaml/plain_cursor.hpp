// A place in text that is_plain_text() holds of and that ends with a line feed. Internal to plugin/manifest.
#pragma once
#include <cstdint>
#include <string_view>

namespace drift::yaml {

// True for UTF-8 of tabs, line feeds and printable characters, other line breaks and byte order marks left out.
bool is_plain_text(std::string_view text);

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

struct PlainCursor {
  std::string_view text;
  std::uint32_t at = 0;
  std::uint32_t line = 0;  // where the line of `at` starts

  bool at_end() const { return at == text.size(); }
  char peek() const { return at_end() ? '\n' : text[at]; }
  // The characters between the start of the line and here, where they are blanks and dashes.
  int column() const { return static_cast<int>(at - line); }

  void skip_spaces() {
    while (peek() == ' ') ++at;
  }
  void next_line() { line = at = static_cast<std::uint32_t>(text.find('\n', at)) + 1; }

  // A comment starts a line, or stands behind a blank.
  bool at_line_end_or_comment() const {
    return peek() == '\n' || (peek() == '#' && (at == line || text[at - 1] == ' '));
  }
  // To the next line. False: more than blanks and a comment stands on the rest of this one.
  bool rest_of_line() {
    skip_spaces();
    if (!at_line_end_or_comment()) return false;
    next_line();
    return true;
  }
  // Over line ends, lines of blanks, and the blanks in front of what follows; how many line ends these were.
  std::size_t line_breaks() {
    std::size_t breaks = 0;
    for (; peek() == '\n' && !at_end(); ++breaks) {
      next_line();
      skip_spaces();
    }
    return breaks;
  }
};

}  // namespace drift::yaml
