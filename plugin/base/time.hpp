// Points in time, as RFC 3339 writes them, and durations.
#pragma once
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drift {

using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

// In UTC and to the second, as Kubernetes writes them: `2026-11-24T14:00:00Z`.
std::string time_text(Time time);

// That, also with a fraction or an offset; nothing for anything else, and for what is before 1700 or after 2200, which 64 bits of
// nanoseconds don't hold.
std::optional<Time> parse_time(std::string_view text);

// The earlier point in time, or the shorter duration; where one is missing the other.
template <typename When>
std::optional<When> earlier(const std::optional<When>& a, const std::optional<When>& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace drift
