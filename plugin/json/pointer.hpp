// JSON pointers (RFC 6901) as Argo CD's ignoreDifferences writes them, with one addition: a token `*` stands
// for each element of a list or each key of a mapping. A key that is really called `*` can't be named.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drift {

struct Pointer {
  std::string text;                 // as written
  std::vector<std::string> tokens;  // unescaped
};

inline constexpr std::string_view pointer_wildcard = "*";

// What is wrong with how a pointer is written, as a sentence; empty where nothing is.
std::string syntax_mistake(std::string_view text);

// `text` must have no syntax_mistake().
Pointer parse_pointer(std::string_view text);

// A token as it stands in a pointer: `~` is ~0, `/` is ~1.
std::string escaped(std::string_view token);

}  // namespace drift
