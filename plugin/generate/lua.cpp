#include "generate/lua.hpp"

#include <fmt/format.h>

namespace drift::generate::lua {
namespace {

// The glob as a Lua pattern: what means something there is escaped by `%`.
std::string pattern(std::string_view glob) {
  std::string text = "^";
  for (const char c : glob) {
    if (c == '*') {
      text += ".*";
    } else if (c == '?') {
      text += '.';
    } else {
      if (std::string_view("^$()%.[]+-").find(c) != std::string_view::npos) text += '%';
      text += c;
    }
  }
  return text + '$';
}

}  // namespace

std::string literal_of(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      literal += '\\';
      literal += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      literal += fmt::format("\\{:03}", byte);  // decimal, as Lua has it
    } else {
      literal += c;
    }
  }
  return literal + '"';
}

std::string list(const std::vector<std::string>& texts) {
  std::string literal = "{";
  for (const auto& text : texts) {
    if (literal.size() > 1) literal += ", ";
    literal += literal_of(text);
  }
  return literal + '}';
}

std::string matches(const std::string& value, const Glob& glob) {
  if (glob.literal) return fmt::format("{} == {}", value, literal_of(glob.text));
  return fmt::format("string.find({}, {}) ~= nil", value, literal_of(pattern(glob.text)));
}

}  // namespace drift::generate::lua
