#include "source/glob/glob_0_2_3_match.hpp"

#include <algorithm>
#include <numeric>

#include "base/utf8.hpp"

namespace drift::source::glob_0_2_3 {
namespace {

constexpr char32_t replacement = 0xfffd;

// A character as Go reads it: a byte that is no UTF-8 is U+FFFD, and so is the end, with a size of 0.
struct Character {
  char32_t code;
  std::size_t size;

  // Of its own encoding (utf8.RuneLen), by which matchers measure: 3 for a byte that is no UTF-8.
  std::size_t encoded_size() const { return code == replacement ? 3 : size; }
};

Character first_character(std::string_view text) {
  if (text.empty()) return {replacement, 0};
  const auto size = sequence_length(text);
  if (size == 0) return {replacement, 1};
  return {code_point(text.substr(0, size)), size};
}

// Calls `visit(offset, character)` until it gives false.
template <class Visit>
void for_each_character(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    const auto character = first_character(text.substr(at));
    if (!visit(at, character)) return;
    at += character.size;
  }
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for_each_character(text, [&](std::size_t, Character) { return ++count > 0; });
  return count;
}

// What any text costs that is looked through.
void take(Steps& steps, std::string_view text) {
  steps.take(1 + text.size() / 16);
}

// The offset of each character and of the end, each with `base` more.
std::vector<std::size_t> boundaries(std::string_view text, std::size_t base) {
  std::vector<std::size_t> result;
  for_each_character(text, [&](std::size_t at, Character) {
    result.push_back(base + at);
    return true;
  });
  result.push_back(base + text.size());
  return result;
}

template <class Accepts>
bool is_one(std::string_view text, Accepts accepts) {
  const auto character = first_character(text);  // of nothing, U+FFFD: `?` and `[!a]` match it
  return text.size() <= character.size && accepts(character.code);
}

template <class Accepts>
std::optional<Found> find_one(std::string_view text, Accepts accepts) {
  std::optional<Found> found;
  for_each_character(text, [&](std::size_t at, Character character) {
    if (accepts(character.code)) found = Found{at, {character.encoded_size()}};
    return !found;
  });
  return found;
}

// 0.2.3 takes both for sorted.
std::vector<std::size_t> merged(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
  std::vector<std::size_t> result;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result));
  return result;
}

// That of the last alternative where those before it can't say: `{secret*,cm}` says 2.
std::optional<std::size_t> common_length(const Matchers& matchers) {
  std::optional<std::size_t> length;
  for (const auto& matcher : matchers) {
    if (!length) {
      length = matcher->length;
    } else if (matcher->length != length) {
      return std::nullopt;
    }
  }
  return length;
}

std::size_t sum_of_lengths(const Matchers& matchers) {
  return std::accumulate(
      matchers.begin(), matchers.end(), std::size_t{0},
      [](std::size_t sum, const Pointer& matcher) { return sum + matcher->length.value_or(0); });
}

std::optional<std::size_t> length_of(const Pointer& matcher) {
  return matcher ? matcher->length : 0;
}

std::optional<std::size_t> tree_length(const Pointer& value, const Pointer& left, const Pointer& right) {
  const auto before = length_of(left), after = length_of(right);
  if (!value->length || !before || !after) return std::nullopt;
  return *before + *value->length + *after;
}

std::u32string code_points(std::string_view text) {
  std::u32string result;
  for_each_character(text, [&](std::size_t, Character character) {
    result += character.code;
    return true;
  });
  return result;
}

}  // namespace

TooManySteps::TooManySteps()
    : InputError(
          "a path pattern and the names of files need too many steps to be matched as Argo CD before 3.6 "
          "does; expected a simpler pattern") {}

void Steps::take(std::size_t count) {
  if (count > left_) throw TooManySteps();
  left_ -= count;
}

bool Nothing::matches(std::string_view text, Steps& /*steps*/) const {
  return text.empty();
}

std::optional<Found> Nothing::find(std::string_view /*text*/, Steps& /*steps*/) const {
  return Found{0, {0}};
}

Text::Text(std::string written) : Matcher(count_characters(written)), text(std::move(written)) {}

bool Text::matches(std::string_view other, Steps& steps) const {
  take(steps, text);
  return other == text;
}

std::optional<Found> Text::find(std::string_view other, Steps& steps) const {
  take(steps, other);
  const auto at = other.find(text);
  if (at == std::string_view::npos) return std::nullopt;
  return Found{at, {text.size()}};
}

bool Super::matches(std::string_view /*text*/, Steps& /*steps*/) const {
  return true;
}

std::optional<Found> Super::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size());
  return Found{0, boundaries(text, 0)};
}

OneOf::OneOf(std::string_view written, bool is_inverted)
    : Matcher(1), list(written), inverted(is_inverted), characters_(code_points(written)) {}

bool OneOf::accepts(char32_t c) const {
  return (characters_.find(c) != std::u32string::npos) != inverted;
}

bool OneOf::matches(std::string_view text, Steps& steps) const {
  take(steps, list);
  return is_one(text, [this](char32_t c) { return accepts(c); });
}

std::optional<Found> OneOf::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size() * (1 + list.size() / 16));
  return find_one(text, [this](char32_t c) { return accepts(c); });
}

bool Range::matches(std::string_view text, Steps& steps) const {
  steps.take(1);
  return is_one(text, [this](char32_t c) { return accepts(c); });
}

std::optional<Found> Range::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size());
  return find_one(text, [this](char32_t c) { return accepts(c); });
}

bool Prefix::matches(std::string_view text, Steps& steps) const {
  take(steps, prefix);
  return text.starts_with(prefix);
}

std::optional<Found> Prefix::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size());
  const auto at = text.find(prefix);
  if (at == std::string_view::npos) return std::nullopt;
  Found found{at, {prefix.size()}};
  for_each_character(text.substr(at + prefix.size()), [&](std::size_t offset, Character character) {
    found.lengths.push_back(prefix.size() + offset + character.encoded_size());
    return true;
  });
  return found;
}

bool Suffix::matches(std::string_view text, Steps& steps) const {
  take(steps, suffix);
  return text.ends_with(suffix);
}

std::optional<Found> Suffix::find(std::string_view text, Steps& steps) const {
  take(steps, text);
  const auto at = text.find(suffix);
  if (at == std::string_view::npos) return std::nullopt;
  return Found{0, {at + suffix.size()}};
}

bool PrefixSuffix::matches(std::string_view text, Steps& steps) const {
  take(steps, prefix_);
  return text.starts_with(prefix_) && text.ends_with(suffix_);
}

std::optional<Found> PrefixSuffix::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size());
  const auto at = text.find(prefix_);
  if (at == std::string_view::npos) return std::nullopt;
  Found found{at, {}};
  for (auto rest = text.substr(at);;) {
    const auto end = rest.rfind(suffix_);
    if (end == std::string_view::npos) break;
    found.lengths.push_back(end + suffix_.size());
    rest = rest.substr(0, end);
  }
  if (found.lengths.empty()) return std::nullopt;
  std::reverse(found.lengths.begin(), found.lengths.end());
  return found;
}

bool Contains::matches(std::string_view text, Steps& steps) const {
  take(steps, text);
  return (text.find(needle_) != std::string_view::npos) != inverted_;
}

std::optional<Found> Contains::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size());
  const auto at = text.find(needle_);
  if (inverted_) return Found{0, boundaries(text.substr(0, at), 0)};
  if (at == std::string_view::npos) return std::nullopt;
  const auto end = at + needle_.size();
  return Found{0, boundaries(text.substr(end), end)};
}

bool Min::matches(std::string_view text, Steps& steps) const {
  take(steps, text);
  return count_characters(text) >= limit_;
}

std::optional<Found> Min::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size());
  Found found{0, {}};
  std::size_t count = 0;
  for_each_character(text, [&](std::size_t at, Character character) {
    if (++count >= limit_) found.lengths.push_back(at + character.encoded_size());
    return true;
  });
  if (found.lengths.empty()) return std::nullopt;
  return found;
}

bool Max::matches(std::string_view text, Steps& steps) const {
  take(steps, text);
  return count_characters(text) <= limit_;
}

std::optional<Found> Max::find(std::string_view text, Steps& steps) const {
  steps.take(1 + text.size());
  Found found{0, {0}};
  for_each_character(text, [&](std::size_t at, Character character) {
    if (found.lengths.size() > limit_) return false;
    found.lengths.push_back(at + character.encoded_size());
    return true;
  });
  return found;
}

bool EveryOf::matches(std::string_view text, Steps& steps) const {
  return std::all_of(matchers_.begin(), matchers_.end(),
                     [&](const Pointer& matcher) { return matcher->matches(text, steps); });
}

std::optional<Found> EveryOf::find(std::string_view text, Steps& steps) const {
  std::optional<Found> result;
  for (const auto& matcher : matchers_) {
    auto found = matcher->find(text, steps);
    if (!found) return std::nullopt;
    if (result) {
      steps.take(result->lengths.size() * found->lengths.size() / 16);
      std::erase_if(result->lengths, [&](std::size_t size) {
        return std::find(found->lengths.begin(), found->lengths.end(), size) == found->lengths.end();
      });
      if (result->lengths.empty()) return std::nullopt;
    } else {
      result = std::move(found);
    }
  }
  return result;
}

AnyOf::AnyOf(Matchers alternatives)
    : Matcher(common_length(alternatives)), matchers(std::move(alternatives)) {}

bool AnyOf::matches(std::string_view text, Steps& steps) const {
  return std::any_of(matchers.begin(), matchers.end(),
                     [&](const Pointer& matcher) { return matcher->matches(text, steps); });
}

std::optional<Found> AnyOf::find(std::string_view text, Steps& steps) const {
  std::optional<Found> result;
  for (const auto& matcher : matchers) {
    auto found = matcher->find(text, steps);
    if (!found || (result && found->at > result->at)) continue;
    if (result && found->at == result->at) {
      steps.take(result->lengths.size() + found->lengths.size());
      result->lengths = merged(result->lengths, found->lengths);
    } else {
      result = std::move(found);
    }
  }
  return result;
}

Row::Row(Matchers matchers) : Matcher(sum_of_lengths(matchers)), matchers_(std::move(matchers)) {}

// Each gets the bytes up to the first one of its last character, so that none but ASCII can be last; one of no length gets all
// that is left.
bool Row::start_matches(std::string_view text, Steps& steps) const {
  for (const auto& matcher : matchers_) {
    std::size_t count = 0, last = 0;
    for_each_character(text, [&](std::size_t at, Character) {
      last = at;
      return ++count != matcher->length;
    });
    steps.take(1 + count / 4);
    if (count < *matcher->length) return false;
    if (text.empty())
      throw InputError("Argo CD before 3.6 fails when it matches with an empty alternative (a panic)");
    if (!matcher->matches(text.substr(0, last + 1), steps)) return false;
    text.remove_prefix(last + 1);
  }
  return true;
}

bool Row::matches(std::string_view text, Steps& steps) const {
  take(steps, text);
  return count_characters(text) == *length && start_matches(text, steps);
}

std::optional<Found> Row::find(std::string_view text, Steps& steps) const {
  std::optional<Found> found;
  for_each_character(text, [&](std::size_t at, Character) {
    if (text.size() - at < *length) return false;
    if (start_matches(text.substr(at), steps)) found = Found{at, {*length}};
    return !found;
  });
  return found;
}

Tree::Tree(Pointer middle, Pointer before, Pointer after)
    : Matcher(tree_length(middle, before, after)),
      value(std::move(middle)),
      left(std::move(before)),
      right(std::move(after)),
      left_length_(length_of(left).value_or(0)),
      right_length_(length_of(right).value_or(0)) {}

Tree::Tree(const Tree& tree, Pointer before, Pointer after)
    : Matcher(tree.length),
      value(tree.value),
      left(std::move(before)),
      right(std::move(after)),
      left_length_(tree.left_length_),
      right_length_(tree.right_length_) {}

// So nothing that a tree is a part of, but as its left or right side, matches.
std::optional<Found> Tree::find(std::string_view /*text*/, Steps& /*steps*/) const {
  return std::nullopt;
}

bool Tree::right_matches(std::string_view text, const Found& found, Steps& steps) const {
  return std::any_of(found.lengths.rbegin(), found.lengths.rend(), [&](std::size_t size) {
    steps.take(1);
    const auto rest = text.substr(std::min(found.at + size, text.size()));
    return right ? right->matches(rest, steps) : rest.empty();
  });
}

// Characters are taken for bytes here.
bool Tree::matches(std::string_view text, Steps& steps) const {
  if ((length && *length > text.size()) || right_length_ > text.size()) return false;
  const auto end = text.size() - right_length_;
  for (auto offset = left_length_; offset < end;) {
    steps.take(1);
    auto found = value->find(text.substr(offset, end - offset), steps);
    if (!found) return false;
    found->at += offset;
    const auto before = text.substr(0, found->at);
    const bool is_left = left ? left->matches(before, steps) : before.empty();
    if (is_left && right_matches(text, *found, steps)) return true;
    offset = found->at + first_character(text.substr(found->at)).size;
  }
  return false;
}

}  // namespace drift::source::glob_0_2_3
