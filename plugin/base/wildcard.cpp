// Between its stars a pattern is pieces of fixed length, of which each may be taken where it is first found. That is what keeps
// time bounded: a piece of plain text is looked for by memmem, which glibc does in linear time, one with `?` by the bits
// of a word per 64 characters of it.
#include "base/wildcard.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace drift {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool piece_at(std::string_view piece, std::string_view text) {
  if (text.size() < piece.size()) return false;
  for (std::size_t i = 0; i < piece.size(); ++i)
    if (piece[i] != '?' && piece[i] != text[i]) return false;
  return true;
}

// R. Baeza-Yates, G. Gonnet, "A new approach to text searching", 1992: a bit for each start of the piece that still fits.
std::size_t find_by_bits(std::string_view piece, std::string_view text) {
  const std::size_t words = (piece.size() + 63) / 64;
  std::vector<std::array<std::uint64_t, 256>> fits(words);
  for (auto& table : fits) table.fill(0);
  for (std::size_t i = 0; i < piece.size(); ++i)
    for (std::size_t c = 0; c < 256; ++c)
      if (piece[i] == '?' || static_cast<unsigned char>(piece[i]) == c)
        fits[i / 64][c] |= std::uint64_t{1} << (i % 64);
  std::vector<std::uint64_t> states(words);
  const auto last = std::uint64_t{1} << ((piece.size() - 1) % 64);
  for (std::size_t t = 0; t < text.size(); ++t) {
    std::uint64_t carry = 1;
    for (std::size_t w = 0; w < words; ++w) {
      const auto next = states[w] >> 63;
      states[w] = ((states[w] << 1) | carry) & fits[w][static_cast<unsigned char>(text[t])];
      carry = next;
    }
    if ((states[words - 1] & last) != 0) return t + 1 - piece.size();
  }
  return npos;
}

std::size_t find_step_by_step(std::string_view piece, std::string_view text) {
  for (std::size_t at = 0; at + piece.size() <= text.size(); ++at)
    if (piece_at(piece, text.substr(at))) return at;
  return npos;
}

// Where the piece first stands in the text.
std::size_t find_piece(std::string_view piece, std::string_view text) {
  constexpr std::size_t worth_tables = 100'000;
  if (piece.empty()) return 0;
  if (piece.find('?') != npos)
    return piece.size() * text.size() < worth_tables ? find_step_by_step(piece, text)
                                                     : find_by_bits(piece, text);
  const auto* found = ::memmem(text.data(), text.size(), piece.data(), piece.size());
  return found == nullptr ? npos : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  const auto first = pattern.find('*');
  if (first == npos) return pattern.size() == text.size() && piece_at(pattern, text);
  const auto last = pattern.rfind('*');
  const auto tail = pattern.substr(last + 1);
  if (text.size() < first + tail.size() || !piece_at(pattern.substr(0, first), text) ||
      !piece_at(tail, text.substr(text.size() - tail.size())))
    return false;
  text = text.substr(first, text.size() - first - tail.size());
  for (auto at = first + 1; at <= last;) {
    const auto end = pattern.find('*', at);
    const auto piece = pattern.substr(at, end - at);
    const auto found = find_piece(piece, text);
    if (found == npos) return false;
    text.remove_prefix(found + piece.size());
    at = end + 1;
  }
  return true;
}

}  // namespace drift
