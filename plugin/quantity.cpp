#include "quantity.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace drift {
namespace {

constexpr Nanos billion = 1'000'000'000;
// As many whole digits are enough for any.
constexpr Nanos largest = largest_quantity;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// `12.34` as digits with the number of them behind the point. Takes them off the text.
struct Decimal {
  Nanos digits = 0;
  int scale = 0;  // value = digits / 10^scale
};

std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal decimal;
  bool any = false;
  bool point = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!digit(c)) break;
    any = true;
    if (decimal.digits > largest / 10) return std::nullopt;
    if (point && decimal.scale == 18) {
      if (c != '0') return std::nullopt;
      continue;
    }
    decimal.digits = decimal.digits * 10 + (c - '0');
    if (point) ++decimal.scale;
  }
  if (!any) return std::nullopt;
  return decimal;
}

// digits × factor × 10^(power - scale), rounded up as Kubernetes does; nothing beyond the largest quantity.
std::optional<Nanos> scaled(const Decimal& decimal, Nanos factor, int power) {
  Nanos value = decimal.digits;
  if (factor > 1 && value > largest / factor) return std::nullopt;
  value *= factor;
  int shift = power - decimal.scale;
  for (; shift > 0; --shift) {
    if (value > largest / 10) return std::nullopt;
    value *= 10;
  }
  bool rest = false;
  for (; shift < 0 && value != 0; ++shift) {
    rest = rest || value % 10 != 0;
    value /= 10;
  }
  return value + (rest ? 1 : 0);
}

// The power of ten of a decimal suffix or exponent.
std::optional<int> decimal_power(std::string_view suffix) {
  constexpr std::array<std::pair<std::string_view, int>, 10> suffixes = {{{"n", -9},
                                                                          {"u", -6},
                                                                          {"m", -3},
                                                                          {"", 0},
                                                                          {"k", 3},
                                                                          {"M", 6},
                                                                          {"G", 9},
                                                                          {"T", 12},
                                                                          {"P", 15},
                                                                          {"E", 18}}};
  for (const auto& [name, power] : suffixes)
    if (suffix == name) return power;
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
  suffix.remove_prefix(suffix[1] == '+' ? 2 : 1);
  int power = 0;
  const auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), power);
  if (error != std::errc() || end != suffix.data() + suffix.size() || power > 18 || power < -18)
    return std::nullopt;
  return power;
}

std::optional<Nanos> binary_factor(std::string_view suffix) {
  constexpr std::string_view letters = "KMGTPE";
  if (suffix.size() != 2 || suffix[1] != 'i') return std::nullopt;
  const auto place = letters.find(suffix[0]);
  if (place == std::string_view::npos) return std::nullopt;
  return Nanos{1} << (10 * (place + 1));
}

bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

std::optional<Nanos> duration_unit(std::string_view& text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> units = {{{"ns", 1},
                                                                               {"us", 1'000},
                                                                               {"\xC2\xB5s", 1'000},
                                                                               {"ms", 1'000'000},
                                                                               {"s", 1'000'000'000},
                                                                               {"m", 60'000'000'000},
                                                                               {"h", 3'600'000'000'000}}};
  for (const auto& [name, nanos] : units) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return Nanos{nanos};
  }
  return std::nullopt;
}

std::optional<int> take_number(std::string_view& text, std::size_t digits, char end) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!digit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  if (end == 0) return number;
  if (!text.starts_with(end)) return std::nullopt;
  text.remove_prefix(1);
  return number;
}

std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
  const bool negative = take_sign(text);
  const auto hours = take_number(text, 2, ':');
  const auto minutes = hours ? take_number(text, 2, 0) : std::nullopt;
  if (!minutes || !text.empty()) return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + *minutes);
  return negative ? -offset : offset;
}

}  // namespace

std::optional<Nanos> parse_quantity(std::string_view text) {
  const bool negative = take_sign(text);
  const auto decimal = take_decimal(text);
  if (!decimal) return std::nullopt;
  std::optional<Nanos> value;
  if (const auto factor = binary_factor(text))
    value = scaled(*decimal, *factor, 9);
  else if (const auto power = decimal_power(text))
    value = scaled(*decimal, 1, 9 + *power);
  if (value && negative) value = -*value;
  return value;
}

std::optional<Nanos> parse_duration(std::string_view text) {
  const bool negative = take_sign(text);
  if (text.empty()) return std::nullopt;
  if (text == "0") return Nanos{0};
  Nanos sum = 0;
  while (!text.empty()) {
    const auto decimal = take_decimal(text);
    const auto unit = decimal ? duration_unit(text) : std::nullopt;
    const auto part = unit ? scaled(*decimal, *unit, 0) : std::nullopt;
    if (!part || *part > largest - sum) return std::nullopt;
    sum += *part;
  }
  return negative ? -sum : sum;
}

std::optional<std::chrono::sys_time<std::chrono::nanoseconds>> parse_time(std::string_view text) {
  using namespace std::chrono;
  const auto year_number = take_number(text, 4, '-');
  const auto month_number = year_number ? take_number(text, 2, '-') : std::nullopt;
  const auto day_number = month_number ? take_number(text, 2, 'T') : std::nullopt;
  const auto hour = day_number ? take_number(text, 2, ':') : std::nullopt;
  const auto minute = hour ? take_number(text, 2, ':') : std::nullopt;
  const auto second = minute ? take_number(text, 2, 0) : std::nullopt;
  if (!second) return std::nullopt;
  nanoseconds fraction{0};
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    std::int64_t unit = 100'000'000;
    if (text.empty() || !digit(text.front())) return std::nullopt;
    for (; !text.empty() && digit(text.front()); text.remove_prefix(1), unit /= 10)
      fraction += nanoseconds((text.front() - '0') * unit);
  }
  const auto offset = parse_offset(text);
  const year_month_day date(year(*year_number), month(static_cast<unsigned>(*month_number)),
                            day(static_cast<unsigned>(*day_number)));
  // Outside of this, nanoseconds don't fit into 64 bits.
  if (!offset || !date.ok() || *year_number < 1700 || *year_number > 2200 || *hour > 23 || *minute > 59 ||
      *second > 60)
    return std::nullopt;
  return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + fraction - *offset;
}

}  // namespace drift
