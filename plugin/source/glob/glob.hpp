// Path patterns as Argo CD matches them from 3.6 on, by github.com/gobwas/glob 1.0.0: `*`, `**`, `?`, `[a-z]`, `[!ab]`,
// `{a,b}` (nesting), and `\` before a character that is meant literally. Before 3.6: glob_0_2_3.hpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace drift::source {

// Throws InputError for a pattern that is longer than 1,000 bytes.
void check_pattern_size(std::string_view pattern);

class Glob {
 public:
  // `separator`: the character that `*`, `?` and classes don't match; 0: none, as for a directory's include and exclude.
  // Throws InputError where gobwas/glob refuses the pattern, or where it is longer than 1,000 bytes.
  explicit Glob(std::string_view pattern, char32_t separator = 0, std::size_t max_steps = 100'000'000);

  // Whether the whole text matches; takes time proportional to text and pattern. Throws InputError where all texts together
  // have taken more than `max_steps`.
  bool matches(std::string_view text) const;

 private:
  friend class GlobParser;
  // A step consumes a character (single, star, set) or leads on without one (fork).
  enum class Kind : std::uint8_t { literal, any_but_separator, any, set, fork, end };
  struct Step {
    Kind kind;
    char32_t lo = 0, hi = 0;             // literal: lo; set: a range, where chars is empty
    bool inverted = false;               // set
    std::vector<char32_t> chars = {};    // set
    std::vector<std::size_t> next = {};  // where it leads
  };
  void add(std::vector<bool>& states, std::vector<std::size_t>& open, std::size_t step) const;
  bool accepts(const Step& step, char32_t c) const;

  std::vector<Step> steps_;
  char32_t separator_;
  std::size_t max_steps_;  // for all texts, a second or two
  mutable std::size_t taken_ = 0;
  std::size_t start_ = 0;
};

}  // namespace drift::source
