#include "manifest/nesting.hpp"

#include <algorithm>

namespace drift::manifest {
namespace {

constexpr std::size_t free_levels = 64;

}  // namespace

std::size_t nesting_work(std::string_view text) {
  const auto count = [&](char c) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
  };
  if (count('[') + count('{') <= free_levels) return 0;
  std::size_t level = 0, deepest = 0, work = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++level);
    if (c == '[' || c == '{' || c == ']' || c == '}' || c == ',' || c == ':') work += level;
    if ((c == ']' || c == '}') && level > 0) --level;
  }
  return deepest > free_levels ? work : 0;
}

}  // namespace drift::manifest
