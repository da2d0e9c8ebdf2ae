#include "base/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace drift {

namespace {

// Edits (insert, drop, replace, swap neighbours) that turn one word into the other: optimal string alignment.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::vector<std::string> close_to(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t longest = 100;
  if (word.size() > longest) return {};
  const auto wanted = lower_case(word);
  const std::size_t most = std::max<std::size_t>(1, word.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> close;
  for (const auto& candidate : candidates) {
    if (candidate.size() > longest) continue;
    const auto edits = distance(wanted, lower_case(candidate));
    if (edits <= most) close.emplace_back(edits, candidate);
  }
  std::stable_sort(close.begin(), close.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> words;
  words.reserve(close.size());
  for (auto& [edits, candidate] : close) words.push_back(std::move(candidate));
  return words;
}

bool near_miss(std::string_view word, std::string_view other) {
  constexpr std::size_t shortest = 5;
  if (std::max(word.size(), other.size()) < shortest || word == other) return false;
  const auto small = [](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](char a, char b) { return small(a) == small(b); };
  while (!word.empty() && !other.empty() && same(word.front(), other.front())) {
    word.remove_prefix(1);
    other.remove_prefix(1);
  }
  if ((word == "s" && other.empty()) || (other == "s" && word.empty())) return false;
  while (!word.empty() && !other.empty() && same(word.back(), other.back())) {
    word.remove_suffix(1);
    other.remove_suffix(1);
  }
  if (!std::all_of(word.begin(), word.end(), is_lower) || !std::all_of(other.begin(), other.end(), is_lower))
    return false;
  const bool swapped = word.size() == 2 && other.size() == 2 && word[0] == other[1] && word[1] == other[0];
  return swapped || (word.size() <= 1 && other.size() <= 1);
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const auto close = close_to(word, candidates);
  return close.empty() ? std::string() : "; did you mean \"" + close.front() + "\"?";
}

std::string joined(std::span<const std::string> words) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::string in_quotes(std::string_view value) {
  constexpr std::size_t longest = 60;
  auto end = std::min(value.size(), longest);
  while (end < value.size() && end > 0 && is_continuation(value[end])) --end;
  std::string text = "\"";
  for (char c : value.substr(0, end)) text += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  if (end < value.size()) text += "…";
  return text + '"';
}

}  // namespace drift
