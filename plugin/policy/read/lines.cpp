#include "policy/read/lines.hpp"

#include <algorithm>

namespace drift::policy {

// A line ends with LF, CRLF or CR alone, as for manifest::Document::place().
Lines::Lines(std::string_view name, std::string_view text) : name_(name), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool lone_return = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (text[i] == '\n' || lone_return) starts_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

Place Lines::place(yaml::Node node) const {
  const auto offset = node.span().begin;
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line = static_cast<std::size_t>(next - starts_.begin());
  return {name_, line, offset - *(next - 1) + std::size_t{1}};
}

}  // namespace drift::policy
