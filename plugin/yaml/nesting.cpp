#include "yaml/nesting.hpp"

#include <algorithm>

namespace drift::yaml {
namespace {

constexpr std::size_t free_levels = 64;
constexpr std::size_t block = 64;

// Of so many characters at once, which compilers turn into a few instructions.
bool has_bracket(const char* characters) {
  unsigned found = 0;
  for (std::size_t i = 0; i < block; ++i) {
    const auto c = static_cast<unsigned char>(static_cast<unsigned char>(characters[i]) | 0x20U);  // [ is {
    found |= static_cast<unsigned>(c == '{') | static_cast<unsigned>(c == '}');
  }
  return found != 0;
}

}  // namespace

std::size_t nesting_work(std::string_view text) {
  std::size_t level = 0, deepest = 0, work = 0;
  for (std::size_t i = 0; i < text.size();) {
    // Nearly all of a manifest stands in no brackets.
    if (level == 0 && text.size() - i >= block && !has_bracket(text.data() + i)) {
      i += block;
      continue;
    }
    for (const auto end = std::min(i + block, text.size()); i < end; ++i) {
      const char c = text[i];
      if (c == '[' || c == '{') deepest = std::max(deepest, ++level);
      if (c == '[' || c == '{' || c == ']' || c == '}' || c == ',' || c == ':') work += level;
      if ((c == ']' || c == '}') && level > 0) --level;
    }
  }
  return deepest > free_levels ? work : 0;
}

}  // namespace drift::yaml
