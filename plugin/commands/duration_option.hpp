// Options that are durations, as Go writes them (base/duration.hpp).
#pragma once
#include <chrono>
#include <string>

namespace drift::commands {

struct DurationRange {
  std::chrono::nanoseconds least, most = std::chrono::nanoseconds::max();
};

// In whole seconds. Throws InputError: `--settle "soon": expected a duration such as 5s`, with what is `expected`.
std::chrono::seconds seconds_of(const std::string& flag, const std::string& text, const DurationRange& range,
                                const std::string& expected);

}  // namespace drift::commands
