#include "yaml/plain_scalar.hpp"

#include <algorithm>
#include <array>

namespace drift::yaml {
namespace {

// What may start a plain scalar (https://yaml.org/spec/1.1/#c-indicator).
constexpr bool may_start_plain(char c, char next) {
  if (c == '-' || c == '?' || c == ':') return !is_blank(next);
  return !is_blank(c) && std::string_view(",[]{}#&*!|>'\"%@`").find(c) == std::string_view::npos;
}

constexpr auto may_end_plain = [] {
  std::array<bool, 256> table{};
  for (const unsigned char c : {':', '#', '\n', '\t'}) table[c] = true;
  return table;
}();

}  // namespace

bool PlainScalars::begin(PlainScalar& scalar, int indent) {
  if (in_.peek() == '\'' || in_.peek() == '"') return quoted(scalar, indent);
  if (may_start_plain(in_.peek(), in_.text[in_.at + 1])) return plain_line(scalar);
  return false;
}

bool PlainScalars::rest(PlainScalar& scalar, int indent) {
  return scalar.style == Style::plain ? more_plain_lines(scalar, indent) : in_.rest_of_line();
}

bool PlainScalars::is_key() const {
  const auto next = in_.text.find_first_not_of(' ', in_.at);
  return in_.text[next] == ':' && is_blank(in_.text[next + 1]);
}

// To the colon of a key, a comment, or the line's end; blanks before them are none of the scalar's.
bool PlainScalars::plain_line(PlainScalar& scalar) {
  const auto begin = in_.at;
  for (;; ++in_.at) {
    while (!may_end_plain[static_cast<unsigned char>(in_.text[in_.at])]) ++in_.at;
    const char c = in_.text[in_.at];
    if (c == '\t') return false;
    if (c == '\n' || (c == ':' && is_blank(in_.text[in_.at + 1])) ||
        (c == '#' && in_.text[in_.at - 1] == ' '))
      break;
  }
  auto end = in_.at;
  while (end > begin && in_.text[end - 1] == ' ') --end;
  scalar.span = {begin, end};
  scalar.value = in_.text.substr(begin, end - begin);
  return true;
}

// A plain scalar goes on in lines that are indented further than what holds it; a comment ends it.
bool PlainScalars::more_plain_lines(PlainScalar& scalar, int indent) {
  while (in_.peek() == '\n' && !in_.at_end()) {
    const auto breaks = in_.line_breaks();
    if (in_.at_end() || in_.column() <= indent || in_.peek() == '#') break;
    if (scalar.one_line) value_ = scalar.value;
    scalar.one_line = false;
    append_fold(breaks);
    PlainScalar next;
    if (!plain_line(next) || in_.peek() == ':') return false;
    value_ += next.value;
    scalar.span.end = next.span.end;
    scalar.value = value_;
  }
  return true;
}

// One line end becomes a blank, of several all but the first are kept (https://yaml.org/spec/1.1/#id899351).
void PlainScalars::append_fold(std::size_t breaks) {
  if (breaks == 1)
    value_ += ' ';
  else
    value_.append(breaks - 1, '\n');
}

bool PlainScalars::quoted(PlainScalar& scalar, int indent) {
  const char quote = in_.peek();
  const auto begin = in_.at++;
  scalar.style = quote == '"' ? Style::double_quoted : Style::single_quoted;
  value_.clear();
  for (;;) {
    const char c = in_.peek();
    if (c == ' ' || c == '\n') {
      if (!quoted_blanks(scalar, indent)) return false;
    } else if (c == '\\' && quote == '"') {
      if (!escape(scalar, indent)) return false;
    } else if (c == quote) {
      ++in_.at;
      if (quote == '"' || in_.peek() != quote) break;
      value_ += in_.text[in_.at++];
    } else if (c == '\t') {
      return false;
    } else {
      value_ += c;
      ++in_.at;
    }
  }
  scalar.span = {begin, in_.at};
  scalar.value = value_;
  return true;
}

// The escapes that YAML emitters write into manifests; the rest are libyaml's.
bool PlainScalars::escape(PlainScalar& scalar, int indent) {
  const char c = in_.text[++in_.at];
  if (c == '\n') return quoted_line_end(scalar, indent, true);
  if (c == '"' || c == '\\' || c == ' ')
    value_ += c;
  else if (c == 'n')
    value_ += '\n';
  else if (c == 't')
    value_ += '\t';
  else
    return false;
  ++in_.at;
  return true;
}

// Blanks count within a line; around line ends they don't.
bool PlainScalars::quoted_blanks(PlainScalar& scalar, int indent) {
  const auto begin = in_.at;
  in_.skip_spaces();
  if (in_.peek() == '\n') return quoted_line_end(scalar, indent, false);
  value_.append(in_.text, begin, in_.at - begin);
  return true;
}

// Of a line end that is escaped nothing is left, but of those that follow it.
bool PlainScalars::quoted_line_end(PlainScalar& scalar, int indent, bool escaped) {
  scalar.one_line = false;
  const auto breaks = in_.line_breaks();
  if (in_.at_end() || indent < 0 || in_.column() <= indent) return false;
  if (escaped)
    value_.append(breaks - 1, '\n');
  else
    append_fold(breaks);
  return true;
}

bool PlainScalars::block(PlainScalar& scalar, int indent) {
  const bool literal = in_.peek() == '|';
  const auto begin = in_.at++;
  const char chomping = in_.peek() == '-' || in_.peek() == '+' ? in_.text[in_.at++] : ' ';
  if (!in_.rest_of_line()) return false;
  value_.clear();
  EmptyLines empty;
  int text_indent = 0;
  if (!block_indent(text_indent, indent + 1, empty)) return false;
  bool first = true, after_blank = false;
  for (; !in_.at_end() && in_.column() == text_indent; first = false) {
    const bool blank = is_blank(in_.peek());
    const bool folds = !literal && !after_blank && !blank;
    if (!first && !folds) value_ += '\n';
    if (!first && folds && empty.count == 0) value_ += ' ';
    value_.append(empty.count, '\n');
    after_blank = blank;
    const auto from = in_.at;
    in_.next_line();
    value_.append(in_.text, from, in_.at - 1 - from);
    if (!block_indent(text_indent, 0, empty)) return false;
  }
  if (chomping != '-' && !first) value_ += '\n';
  if (chomping == '+') value_.append(empty.count, '\n');
  scalar.span = {begin, empty.end};
  scalar.style = literal ? Style::literal : Style::folded;
  scalar.value = value_;
  in_.at = in_.line;
  return true;
}

// Over empty lines of a block and the indentation of the next. An indentation of 0 is still to be found, and then at
// least `least`.
bool PlainScalars::block_indent(int& indent, int least, EmptyLines& empty) {
  const auto within = [&] { return indent == 0 || in_.column() < indent; };
  int widest = least;
  for (empty = {0, in_.at};; empty = {empty.count + 1, in_.at}) {
    while (within() && in_.peek() == ' ') ++in_.at;
    widest = std::max(widest, in_.column());
    if (within() && in_.peek() == '\t') return false;
    if (in_.at_end() || in_.peek() != '\n') break;
    in_.next_line();
  }
  if (indent == 0) indent = widest;
  return true;
}

}  // namespace drift::yaml
