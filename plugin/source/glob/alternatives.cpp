#include "source/glob/alternatives.hpp"

#include <algorithm>
#include <vector>

namespace drift::source {
namespace {

constexpr std::size_t max_alternatives = 64;

// Behind what starts at `at` and is one thing: an escaped character, a class, any other character.
std::size_t end_of_unit(std::string_view pattern, std::size_t at) {
  const char c = pattern[at++];
  if (c == '[') {
    while (at < pattern.size() && pattern[at] != ']') at += pattern[at] == '\\' ? 2 : 1;
    ++at;
  } else if (c == '\\') {
    ++at;
  }
  return std::min(at, pattern.size());
}

// What stands before, in and behind the first braces.
struct Braces {
  std::string_view before;
  std::vector<std::string_view> alternatives;
  std::string_view behind;
};

std::optional<Braces> first_braces(std::string_view pattern) {
  std::size_t at = 0;
  while (at < pattern.size() && pattern[at] != '{') at = end_of_unit(pattern, at);
  if (at == pattern.size()) return std::nullopt;
  Braces braces{pattern.substr(0, at), {}, {}};
  auto start = ++at;
  for (int depth = 1; at < pattern.size(); at = end_of_unit(pattern, at)) {
    const char c = pattern[at];
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth > 1 || (depth == 1 && c != ',')) continue;
    braces.alternatives.push_back(pattern.substr(start, at - start));
    start = at + 1;
    if (depth > 0) continue;
    braces.behind = pattern.substr(start);
    return braces;
  }
  braces.alternatives.push_back(pattern.substr(start));
  return braces;
}

// False where there are too many.
bool expand(const std::string& pattern, std::vector<std::string>& alternatives) {
  const auto braces = first_braces(pattern);
  if (!braces) {
    alternatives.push_back(pattern);
    return alternatives.size() <= max_alternatives;
  }
  return std::all_of(
      braces->alternatives.begin(), braces->alternatives.end(), [&](std::string_view alternative) {
        return expand(std::string(braces->before) + std::string(alternative) + std::string(braces->behind),
                      alternatives);
      });
}

std::string in_braces(std::span<const std::string> alternatives) {
  std::string result;
  for (const auto& alternative : alternatives) {
    result += result.empty() ? '{' : ',';
    for (std::size_t at = 0; at < alternative.size();) {
      const auto end = end_of_unit(alternative, at);
      if (alternative[at] == ',' || alternative[at] == '}') result += '\\';
      result.append(alternative, at, end - at);
      at = end;
    }
  }
  return result + '}';
}

}  // namespace

std::optional<std::string> written_out(std::string_view pattern) {
  std::vector<std::string> alternatives;
  if (!expand(std::string(pattern), alternatives)) return std::nullopt;
  return alternatives.size() == 1 ? alternatives[0] : in_braces(alternatives);
}

std::string pattern_of_names(std::span<const std::string> names) {
  std::vector<std::string> patterns;
  for (const auto& name : names) {
    patterns.emplace_back();
    for (const char c : name) {
      if (std::string_view("\\*?[{").find(c) != std::string_view::npos) patterns.back() += '\\';
      patterns.back() += c;
    }
  }
  return patterns.size() == 1 ? patterns[0] : in_braces(patterns);
}

}  // namespace drift::source
