// A pattern becomes a nondeterministic automaton whose states are followed all at once, so that no pattern of a
// repository can make matching take exponential time.
#include "source/glob/glob.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace drift::source {
namespace {

constexpr std::size_t max_pattern = 1'000;
constexpr char32_t first_byte = 0x110000;

// The code points of a text; a byte that is no UTF-8 stands for itself, above Unicode so that it equals nothing else.
std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  while (!text.empty()) {
    const auto size = sequence_length(text);
    result.push_back(size > 0 ? code_point(text.substr(0, size))
                              : first_byte + static_cast<unsigned char>(text[0]));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return result;
}

}  // namespace

class GlobParser {
 public:
  GlobParser(std::string_view pattern, Glob& glob)
      : written_(pattern), text_(code_points(pattern)), glob_(glob) {}

  void parse() {
    const bool is_text = std::all_of(text_.begin(), text_.end(), [](char32_t c) { return c < first_byte; });
    if (!is_text) fail("it is no UTF-8");
    const auto last = pattern({add({Glob::Kind::fork})}, false);
    glob_.start_ = 0;
    lead(last, add({Glob::Kind::end}));
  }

 private:
  using Steps = std::vector<std::size_t>;

  [[noreturn]] void fail(const char* why) const {
    throw InputError(fmt::format("'{}' is no pattern that Argo CD can match with: {}", written_, why));
  }

  std::size_t add(Glob::Step step) {
    glob_.steps_.push_back(std::move(step));
    return glob_.steps_.size() - 1;
  }

  void lead(const Steps& from, std::size_t to) {
    for (const auto step : from) glob_.steps_[step].next.push_back(to);
  }

  std::size_t append(const Steps& from, Glob::Step step) {
    const auto index = add(std::move(step));
    lead(from, index);
    return index;
  }

  // Parses up to the end, or (within braces) to a `,` or `}`; gives the steps that the parsed part ends with.
  Steps pattern(Steps from, bool in_braces) {
    if (++depth_ > 100) fail("its braces are nested too deeply");
    while (at_ < text_.size()) {
      const auto c = text_[at_];
      if (in_braces && (c == ',' || c == '}')) break;
      ++at_;
      if (c == '*') {
        from = {star(from)};
      } else if (c == '?') {
        from = {append(from, {Glob::Kind::any_but_separator})};
      } else if (c == '[') {
        from = {append(from, set())};
      } else if (c == '{') {
        from = {alternatives(from)};
      } else if (c == '\\') {
        if (at_ == text_.size()) fail("nothing follows its last '\\'");
        from = {append(from, {Glob::Kind::literal, text_[at_++]})};
      } else {
        from = {append(from, {Glob::Kind::literal, c})};
      }
    }
    --depth_;
    return from;
  }

  std::size_t star(const Steps& from) {
    const bool super = at_ < text_.size() && text_[at_] == '*';
    if (super) ++at_;
    const auto fork = append(from, {Glob::Kind::fork});
    const auto loop = append({fork}, {super ? Glob::Kind::any : Glob::Kind::any_but_separator});
    lead({loop}, fork);
    return fork;
  }

  std::size_t alternatives(const Steps& from) {
    Steps ends;
    const auto fork = append(from, {Glob::Kind::fork});
    for (;;) {
      for (const auto end : pattern({fork}, true)) ends.push_back(end);
      if (at_ == text_.size()) fail("'{' has no '}'");
      if (text_[at_++] == '}') break;
    }
    return append(ends, {Glob::Kind::fork});
  }

  // `[` has been read: `a-z]` or `abc]`, with `!` before either.
  Glob::Step set() {
    Glob::Step step{Glob::Kind::set};
    if (at_ < text_.size() && text_[at_] == '!') {
      step.inverted = true;
      ++at_;
    }
    if (at_ + 1 < text_.size() && text_[at_ + 1] == '-') {
      if (at_ + 3 >= text_.size() || text_[at_ + 3] != ']')
        fail("a range like [a-z] has ']' after its second character");
      step.lo = text_[at_];
      step.hi = text_[at_ + 2];
      if (step.hi < step.lo) fail("a range goes from the lower to the higher character");
      at_ += 4;
      return step;
    }
    while (at_ < text_.size() && text_[at_] != ']') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      step.chars.push_back(text_[at_++]);
    }
    if (at_ >= text_.size()) fail("'[' has no ']'");
    if (step.chars.empty()) fail("'[]' is empty");
    ++at_;
    return step;
  }

  std::string_view written_;
  std::vector<char32_t> text_;
  Glob& glob_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

void check_pattern_size(std::string_view pattern) {
  if (pattern.size() > max_pattern) throw InputError("a path pattern is longer than 1,000 bytes");
}

Glob::Glob(std::string_view pattern, char32_t separator, std::size_t max_steps)
    : separator_(separator), max_steps_(max_steps) {
  check_pattern_size(pattern);
  GlobParser(pattern, *this).parse();
}

bool Glob::accepts(const Step& step, char32_t c) const {
  switch (step.kind) {
    case Kind::literal:
      return c == step.lo;
    case Kind::any:
      return true;
    case Kind::any_but_separator:
      return separator_ == 0 || c != separator_;
    case Kind::set: {
      if (c >= first_byte) c = 0xfffd;  // as Go reads a byte that is no UTF-8
      const bool inside = step.chars.empty()
                              ? c >= step.lo && c <= step.hi
                              : std::find(step.chars.begin(), step.chars.end(), c) != step.chars.end();
      return inside != step.inverted;
    }
    case Kind::fork:
    case Kind::end:
      return false;
  }
  return false;
}

void Glob::add(std::vector<bool>& states, std::vector<std::size_t>& open, std::size_t step) const {
  std::vector<std::size_t> pending{step};
  while (!pending.empty()) {
    const auto current = pending.back();
    pending.pop_back();
    if (states[current]) continue;
    states[current] = true;
    open.push_back(current);
    if (steps_[current].kind != Kind::fork) continue;
    pending.insert(pending.end(), steps_[current].next.begin(), steps_[current].next.end());
  }
}

bool Glob::matches(std::string_view text) const {
  std::vector<bool> states(steps_.size());
  std::vector<std::size_t> open;
  add(states, open, start_);
  std::vector<bool> next_states;
  std::vector<std::size_t> next_open;
  for (const auto c : code_points(text)) {
    taken_ += open.size() + 1;
    if (taken_ > max_steps_)
      throw InputError(
          "a path pattern and the names of files need too many steps to be matched; expected a simpler "
          "pattern");
    next_states.assign(steps_.size(), false);
    next_open.clear();
    for (const auto index : open) {
      if (!accepts(steps_[index], c)) continue;
      for (const auto next : steps_[index].next) add(next_states, next_open, next);
    }
    states.swap(next_states);
    open.swap(next_open);
  }
  return std::any_of(open.begin(), open.end(),
                     [&](std::size_t index) { return steps_[index].kind == Kind::end; });
}

}  // namespace drift::source
