// What libyaml's scanner costs where lists and mappings in brackets are nested deep: for each token it looks at every level
// that is open (yaml_parser_stale_simple_keys), which go-yaml doesn't.
#pragma once
#include <cstddef>
#include <string_view>

namespace drift::yaml {

// The most for one source, which takes libyaml about two seconds; one document may have all of it, and 10,000 levels take
// less than half.
inline constexpr std::size_t max_nesting_work = 250'000'000;

// At most how many levels it looks at in that text. Brackets in quotes and comments count too, so it may be too much. 0 where
// 64 levels aren't exceeded, as in nearly all manifests.
std::size_t nesting_work(std::string_view text);

}  // namespace drift::yaml
