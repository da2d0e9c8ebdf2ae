#include "api/anchor.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"

namespace drift::api {
namespace {

constexpr std::size_t hash_digits = 64;
constexpr std::size_t chain_digits = 8;
constexpr std::size_t most_digits = 18;  // of a number that is sure to fit
constexpr std::string_view encrypted_word = "encrypted";

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

}  // namespace

std::string anchor_text(const Anchor& anchor) {
  std::string text = anchor.hash;
  if (anchor.sequence) text += fmt::format(":{}", *anchor.sequence);
  if (!anchor.chain.empty()) text += ":" + anchor.chain;
  if (anchor.encrypted) text += fmt::format(":{}", encrypted_word);
  return text;
}

std::optional<Anchor> parse_anchor(std::string_view text) {
  const auto parts = split(text, ':');
  Anchor anchor;
  if (parts.empty() || parts.size() > 4 || !is_hex(parts[0], hash_digits)) return std::nullopt;
  anchor.hash = parts[0];
  if (parts.size() > 1) {
    anchor.sequence = number_in(parts[1]);
    if (!anchor.sequence) return std::nullopt;
  }
  if (parts.size() > 2 && !is_hex(parts[2], chain_digits)) return std::nullopt;
  if (parts.size() > 2) anchor.chain = parts[2];
  if (parts.size() > 3 && parts[3] != encrypted_word) return std::nullopt;
  anchor.encrypted = parts.size() > 3;
  if (anchor_text(anchor) != text) return std::nullopt;
  return anchor;
}

std::optional<Anchor> parse_whole_anchor(std::string_view text) {
  auto anchor = parse_anchor(text);
  return anchor && !anchor->chain.empty() ? anchor : std::nullopt;
}

}  // namespace drift::api
