// Files of policies/ that the program carries inside itself (cmake/Embed.cmake).
#pragma once
#include <string_view>

namespace drift::embedded {
std::string_view baseline_yaml();
std::string_view schema_json();
}  // namespace drift::embedded
