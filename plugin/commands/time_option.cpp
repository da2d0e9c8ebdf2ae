#include "commands/time_option.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "policy/read/syntax.hpp"

namespace drift::commands {
namespace {

constexpr unsigned most_days = 36500;

// `7d`, which Go's durations don't have.
std::optional<std::chrono::seconds> days_in(std::string_view text) {
  if (!text.ends_with('d')) return std::nullopt;
  text.remove_suffix(1);
  unsigned days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc() || end != text.data() + text.size() || days > most_days) return std::nullopt;
  return std::chrono::days(days);
}

}  // namespace

std::optional<Time> time_of(const std::string& text, const char* option, outside::Clock& clock) {
  if (text.empty()) return std::nullopt;
  if (const auto time = parse_time(text)) return time;
  if (const auto days = days_in(text)) return clock.now() - *days;
  std::string mistake;
  if (const auto ago = policy::whole_seconds(text, mistake)) return clock.now() - *ago;
  throw InputError(fmt::format(
      "{} {}: expected a duration such as 24h or 7d, or a time such as 2026-11-24T14:00:00Z", option, text));
}

}  // namespace drift::commands
