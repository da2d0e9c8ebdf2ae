// Which line an offset of a text is in.
#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace drift::yaml {

// Looks the text over once, when it is first asked: a file can have a mistake in each of its documents. Borrows the text.
// Any number of threads may ask.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text) : text_(text) {}

  struct At {
    std::size_t line, column;  // from 1, the column in bytes
  };
  At at(std::uint32_t offset) const;

 private:
  void build() const;

  std::string_view text_;
  mutable std::once_flag built_;
  mutable std::vector<std::uint32_t> starts_;  // of lines
};

}  // namespace drift::yaml
