// From the words of `severity_rules` to kinds of a policy. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drift::imports {

// What a rule's `kinds` are for a word, such as `Deployment` for `deployment`: of any group, since the words are compared with a
// kind alone. Plurals and kubectl's short names are words too. Of none nothing is known.
struct Kinds {
  std::vector<std::string> patterns;
  std::string why;  // where there are none: why, and what to do instead
};
Kinds kinds_of(std::string_view written);

}  // namespace drift::imports
