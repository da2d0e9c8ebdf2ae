// Names with wildcards, as Kyverno writes them: `*` is any text (also none), `?` is one character.
// https://kyverno.io/docs/policy-types/cluster-policy/match-exclude/
#pragma once
#include <string>
#include <string_view>

namespace drift {

// True where `pattern` describes all of `text`. Time is proportional to the text, for each 64 bytes of `pattern`.
bool glob_matches(std::string_view pattern, std::string_view text);

// A pattern that knows whether it needs matching at all: most have no wildcard.
struct Glob {
  std::string text;
  bool literal = true;

  Glob() = default;
  explicit Glob(std::string pattern)
      : text(std::move(pattern)), literal(text.find_first_of("*?") == std::string::npos) {}
  bool matches(std::string_view value) const { return literal ? value == text : glob_matches(text, value); }
};

}  // namespace drift
