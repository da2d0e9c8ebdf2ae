#include "outside/environment.hpp"

#include <unistd.h>

namespace drift::outside {

Environment environment() {
  Environment result;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    result[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
  }
  return result;
}

std::string value_or(const Environment& environment, std::string_view name, std::string_view fallback) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string(fallback) : found->second;
}

}  // namespace drift::outside
