#include "base/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace drift {
namespace {

constexpr std::int64_t longest = INT64_MAX;
constexpr std::string_view decimal_digits = "0123456789";

// The unit at the start of the text, in nanoseconds, which it takes off; 0 where there is none.
std::int64_t take_unit(std::string_view& text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 8> units = {{{"ns", 1},
                                                                               {"us", 1'000},
                                                                               {"\xC2\xB5s", 1'000},
                                                                               {"\xCE\xBCs", 1'000},
                                                                               {"ms", 1'000'000},
                                                                               {"s", 1'000'000'000},
                                                                               {"m", 60'000'000'000},
                                                                               {"h", 3'600'000'000'000}}};
  for (const auto& [name, nanoseconds] : units) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return nanoseconds;
  }
  return 0;
}

std::string_view take_digits(std::string_view& text) {
  const auto found = text.substr(0, std::min(text.find_first_not_of(decimal_digits), text.size()));
  text.remove_prefix(found.size());
  return found;
}

// `1.5h` at the start of the text, which it takes off. As Go has it: decimal_digits of the fraction count as far as they are within 63 bits.
std::optional<std::int64_t> take_part(std::string_view& text) {
  const auto whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  std::int64_t count = 0;
  if (!whole.empty() && std::from_chars(whole.data(), whole.data() + whole.size(), count).ec != std::errc())
    return std::nullopt;
  const auto unit = take_unit(text);
  if (unit == 0 || count > longest / unit) return std::nullopt;
  double numerator = 0, denominator = 1;
  for (const char digit : fraction.substr(0, 18)) {
    numerator = numerator * 10 + (digit - '0');
    denominator *= 10;
  }
  const auto rest = static_cast<std::int64_t>(numerator * (static_cast<double>(unit) / denominator));
  if (rest > longest - count * unit) return std::nullopt;
  return count * unit + rest;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  if (text == "0") return std::chrono::nanoseconds(0);
  std::int64_t sum = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part || *part > longest - sum) return std::nullopt;
    sum += *part;
  }
  return std::chrono::nanoseconds(negative ? -sum : sum);
}

std::string in_words(std::chrono::seconds duration) {
  constexpr std::chrono::seconds day = std::chrono::hours{24};
  if (duration > day && duration % day == day.zero()) return fmt::format("{} days", duration / day);
  std::string text;
  constexpr std::array<std::pair<std::chrono::seconds, std::string_view>, 3> units = {
      {{std::chrono::seconds(3600), "h"}, {std::chrono::seconds(60), "min"}, {std::chrono::seconds(1), "s"}}};
  for (const auto& [unit, name] : units) {
    if (duration / unit == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", duration / unit, name);
    duration %= unit;
  }
  return text.empty() ? "0 s" : text;
}

}  // namespace drift
