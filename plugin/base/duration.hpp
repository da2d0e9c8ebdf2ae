// Durations as Go writes them: `2160h0m0s`, `1.5h`. https://pkg.go.dev/time#ParseDuration
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drift {

// Nothing for what is none, or longer than 2^63 - 1 nanoseconds (292 years).
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

// For people: `24 h`, `7 days`, `1 h 30 min`, `45 s`.
std::string in_words(std::chrono::seconds duration);

}  // namespace drift
