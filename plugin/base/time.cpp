#include "base/time.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "base/ascii.hpp"

namespace drift {
namespace {
namespace chrono = std::chrono;

// Reads exactly so many digits off the front; -1 where there are none.
int digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int number = 0;
  for (const char c : text.substr(0, count)) {
    if (!is_digit(c)) return -1;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Reads a fraction of a second, if there is one.
std::optional<chrono::nanoseconds> fraction(std::string_view& text) {
  chrono::nanoseconds sum{0};
  if (!skip(text, ".")) return sum;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  std::int64_t unit = 100'000'000;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), unit /= 10)
    sum += chrono::nanoseconds((text.front() - '0') * unit);
  return sum;
}

// What ends it: `Z` or an offset.
std::optional<chrono::minutes> offset(std::string_view text) {
  if (text == "Z" || text == "z") return chrono::minutes(0);
  const bool west = text.starts_with('-');
  if (!skip(text, "+-")) return std::nullopt;
  const int hours = digits(text, 2);
  if (hours < 0 || hours > 23 || !skip(text, ":")) return std::nullopt;
  const int minutes = digits(text, 2);
  if (minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  const auto distance = chrono::hours(hours) + chrono::minutes(minutes);
  return west ? -distance : distance;
}

}  // namespace

std::string time_text(Time time) {
  const auto seconds = chrono::floor<chrono::seconds>(time);
  const auto day = chrono::floor<chrono::days>(seconds);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(seconds - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<Time> parse_time(std::string_view text) {
  const int year = digits(text, 4);
  if (year < 0 || !skip(text, "-")) return std::nullopt;
  const int month = digits(text, 2);
  if (month < 0 || !skip(text, "-")) return std::nullopt;
  const int day = digits(text, 2);
  if (day < 0 || !skip(text, "T")) return std::nullopt;
  const int hour = digits(text, 2);
  if (hour < 0 || hour > 23 || !skip(text, ":")) return std::nullopt;
  const int minute = digits(text, 2);
  if (minute < 0 || minute > 59 || !skip(text, ":")) return std::nullopt;
  const int second = digits(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  const auto part = fraction(text);
  const auto zone = offset(text);
  const chrono::year_month_day date(chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day)));
  if (!part || !zone || !date.ok() || year < 1700 || year > 2200) return std::nullopt;
  return chrono::sys_days(date) + chrono::hours(hour) + chrono::minutes(minute) + chrono::seconds(second) +
         *part - *zone;
}

}  // namespace drift
