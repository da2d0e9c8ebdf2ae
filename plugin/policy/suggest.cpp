#include "policy/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

#include "manifest/utf8.hpp"
#include "text.hpp"

namespace drift::policy {

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

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t longest = 100;
  if (word.size() > longest) return {};
  auto wanted = lower_case(word);
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    if (candidate.size() > longest) continue;
    auto edits = distance(wanted, lower_case(candidate));
    if (edits >= best_distance) continue;
    best = &candidate;
    best_distance = edits;
  }
  return best ? "; did you mean \"" + *best + "\"?" : std::string();
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
  while (end < value.size() && end > 0 && manifest::is_continuation(value[end])) --end;
  std::string text = "\"";
  for (char c : value.substr(0, end)) text += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  if (end < value.size()) text += "…";
  return text + '"';
}

}  // namespace drift::policy
