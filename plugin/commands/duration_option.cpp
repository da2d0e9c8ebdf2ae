#include "commands/duration_option.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"

namespace drift::commands {

std::chrono::seconds seconds_of(const std::string& flag, const std::string& text, const DurationRange& range,
                                const std::string& expected) {
  const auto duration = parse_duration(text);
  if (!duration || *duration < range.least || *duration > range.most)
    throw InputError(fmt::format("{} {}: expected {}", flag, in_quotes(text), expected));
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

}  // namespace drift::commands
