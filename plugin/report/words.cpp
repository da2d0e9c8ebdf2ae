#include "report/words.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"

namespace drift::report {

std::string name(std::string_view text) {
  constexpr std::size_t longest = 300;
  return printable(text, longest);
}

std::string padded(std::string text, std::size_t to) {
  const auto columns = width(text);
  if (columns < to) text.append(to - columns, ' ');
  return text;
}

std::string weight(const std::string& severity, const std::string& approval_severity) {
  if (approval_severity.empty() || approval_severity == severity) return name(severity);
  return fmt::format("{}, with the demands of {}", name(severity), name(approval_severity));
}

std::string value(const std::string& text, std::size_t longest) {
  const bool misleading = text.empty() || text.find("->") != std::string::npos ||
                          text.find_first_of("()") != std::string::npos || text.starts_with('"') ||
                          text.starts_with("not ") || text.starts_with("value ");
  if (!misleading) return printable(text, longest);
  std::string quoted;
  for (const char c : printable(text, longest)) quoted += c == '"' ? "\\\"" : std::string(1, c);
  return fmt::format("\"{}\"", quoted);
}

}  // namespace drift::report
