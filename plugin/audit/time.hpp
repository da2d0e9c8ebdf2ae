// Points in time as RFC 3339, in UTC and to the second, as Kubernetes writes them.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drift::audit {

using Time = std::chrono::system_clock::time_point;

std::string time_text(Time time);
// `2026-11-24T14:00:00Z`, also with fractions or an offset; nothing for anything else.
std::optional<Time> parse_time(std::string_view text);

}  // namespace drift::audit
