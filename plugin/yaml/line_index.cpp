#include "yaml/line_index.hpp"

#include <algorithm>

namespace drift::yaml {

// A line ends with LF, CRLF or (old Mac style) CR alone.
void LineIndex::build() const {
  starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const bool lone_return = text_[i] == '\r' && (i + 1 >= text_.size() || text_[i + 1] != '\n');
    if (text_[i] == '\n' || lone_return) starts_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

LineIndex::At LineIndex::at(std::uint32_t offset) const {
  std::call_once(built_, [this] { build(); });
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return {static_cast<std::size_t>(next - starts_.begin()), offset - *(next - 1) + 1};
}

}  // namespace drift::yaml
