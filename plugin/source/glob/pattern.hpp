// Files and folders by pattern, in the order of github.com/bmatcuk/doublestar: `*`, `?` and `[a-z]` within a name, `**` for any
// number of folders; by name, a folder's own matches before those further down.
#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

namespace drift::source {

// Whether a path is meant as a pattern.
bool is_pattern(std::string_view path);

// What matches below `base`, joined to it as written (links and `..` are not resolved). Throws InputError for a pattern that is
// none, and where more than 100,000 entries would have to be looked at.
std::vector<std::filesystem::path> expand_pattern(const std::filesystem::path& base,
                                                  std::string_view pattern);

}  // namespace drift::source
