#include "kube/quantity.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"

namespace drift::kube {
namespace {

constexpr Nanos billion = 1'000'000'000;
// As many whole digits are enough for any.
constexpr Nanos largest = largest_quantity;

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
    if (!is_digit(c)) break;
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

}  // namespace drift::kube
