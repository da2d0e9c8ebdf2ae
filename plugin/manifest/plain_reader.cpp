#include "manifest/plain_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "manifest/plain_text.hpp"

namespace drift::manifest {
namespace {

constexpr std::size_t max_key = 1000;    // libyaml: a key ends within 1024 characters
constexpr std::size_t max_levels = 500;  // far beyond manifests; deeper ones are libyaml's

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

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

// A scalar that was read, and not told yet.
struct Scalar {
  Span span;
  Style style = Style::plain;
  std::string_view value;
  bool one_line = true;
};

// Every member that returns bool returns false where the document is not for this reader, and reading ends.
class PlainReader {
 public:
  PlainReader(std::string_view text, Span span, TreeBuilder& tree)
      : text_(text.substr(0, span.end)), at_(span.begin), tree_(tree) {}

  bool read();

 private:
  // A collection that is open. Its column is libyaml's indent; a list right below its key has that of the mapping.
  struct Level {
    std::uint32_t column;
    bool list;
    bool within;              // a list with the column of the mapping around it
    bool waits = false;       // for the value of a key or a list's entry,
    std::uint32_t since = 0;  // which would be null here
  };

  // Lines and what holds what.
  bool document_start();
  bool to_next_content();
  bool line();
  bool entry(std::uint32_t column);
  bool node(std::uint32_t column);
  bool key(const Scalar& key, std::uint32_t column);
  bool value();
  bool empty_flow();
  bool tell(const Scalar& scalar);
  bool open(Type type, std::uint32_t column);
  void close();
  void null_if_waiting();

  // Scalars.
  bool scalar_line(Scalar& scalar);
  bool rest_of_scalar(Scalar& scalar);
  bool plain_line(Scalar& scalar);
  bool more_plain_lines(Scalar& scalar);
  bool quoted(Scalar& scalar);
  bool escape(Scalar& scalar);
  bool quoted_blanks(Scalar& scalar);
  bool quoted_line_end(Scalar& scalar, bool escaped);
  bool block_scalar(Scalar& scalar);
  bool block_breaks(std::uint32_t& indent, std::size_t& breaks, std::uint32_t& end);
  std::size_t line_breaks();
  void append_fold(std::size_t breaks);

  // Characters.
  bool is_key() const;
  bool rest_of_line();
  void next_line();
  void skip_spaces();
  bool at_line_end_or_comment() const;
  bool at_dash() const { return peek() == '-' && is_blank(text_[at_ + 1]); }
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\n' : text_[at_]; }
  std::uint32_t column() const { return at_ - line_; }
  std::uint32_t indent() const { return levels_.back().column; }

  std::string_view text_;
  std::uint32_t at_;
  std::uint32_t line_ = 0;  // where the line of at_ starts
  TreeBuilder& tree_;
  std::vector<Level> levels_;
  std::string folded_;  // the value of the scalar last read, where the text does not hold it as it is
};

bool PlainReader::read() {
  if (!text_.ends_with('\n') || !is_plain_text(text_.substr(at_)) || !document_start()) return false;
  while (to_next_content()) {
    if (!levels_.empty() && column() < levels_.front().column) return false;
    if (!line()) return false;
  }
  if (levels_.empty()) return false;
  while (!levels_.empty()) close();
  return true;
}

// `---` and a comment may start a document.
bool PlainReader::document_start() {
  line_ = at_;
  if (!text_.substr(at_).starts_with("---")) return true;
  at_ += 3;
  return rest_of_line();
}

// To the next character that is neither blank nor in a comment. False: there is none.
bool PlainReader::to_next_content() {
  while (!at_end()) {
    skip_spaces();
    if (!at_line_end_or_comment()) return true;
    next_line();
  }
  return false;
}

bool PlainReader::line() {
  const auto rest = text_.substr(at_);
  if (column() == 0 && (rest.starts_with("---") || rest.starts_with("..."))) return false;
  while (!levels_.empty() && column() < indent()) close();
  while (at_dash()) {
    if (!entry(column())) return false;
    skip_spaces();
    if (at_line_end_or_comment()) return rest_of_line();
  }
  return node(column());
}

bool PlainReader::entry(std::uint32_t column) {
  if (!levels_.empty() && levels_.back().list && column == indent())
    null_if_waiting();
  else if (!open(Type::sequence, column))
    return false;
  ++at_;
  levels_.back().waits = true;
  levels_.back().since = at_;
  return true;
}

// A key, or the value that the innermost collection waits for.
bool PlainReader::node(std::uint32_t column) {
  if (!levels_.empty() && levels_.back().within && column == indent()) close();
  const bool waits = !levels_.empty() && levels_.back().waits && column > indent();
  if (peek() == '{' || peek() == '[') return waits && empty_flow();
  Scalar scalar;
  if (peek() == '|' || peek() == '>') return waits && block_scalar(scalar) && tell(scalar);
  if (!scalar_line(scalar)) return false;
  if (is_key()) return key(scalar, column);
  return waits && rest_of_scalar(scalar) && tell(scalar);
}

bool PlainReader::key(const Scalar& key, std::uint32_t column) {
  skip_spaces();
  if (!key.one_line || at_ - key.span.begin > max_key) return false;
  if (!levels_.empty() && !levels_.back().list && column == indent())
    null_if_waiting();
  else if (!open(Type::mapping, column))
    return false;
  tree_.scalar(key.span, key.style, key.value, key.style == Style::plain);
  ++at_;
  levels_.back().waits = true;
  levels_.back().since = at_;
  skip_spaces();
  return at_line_end_or_comment() ? rest_of_line() : value();
}

// What stands behind a key on its line.
bool PlainReader::value() {
  if (at_dash()) return false;
  if (peek() == '{' || peek() == '[') return empty_flow();
  Scalar scalar;
  if (peek() == '|' || peek() == '>') return block_scalar(scalar) && tell(scalar);
  return scalar_line(scalar) && !is_key() && rest_of_scalar(scalar) && tell(scalar);
}

// True where a colon makes a key of what was just read.
bool PlainReader::is_key() const {
  const auto next = text_.find_first_not_of(' ', at_);
  return text_[next] == ':' && is_blank(text_[next + 1]);
}

bool PlainReader::tell(const Scalar& scalar) {
  tree_.scalar(scalar.span, scalar.style, scalar.value, scalar.style == Style::plain);
  levels_.back().waits = false;
  return true;
}

bool PlainReader::empty_flow() {
  const bool list = peek() == '[';
  if (text_[at_ + 1] != (list ? ']' : '}')) return false;
  tree_.open({at_, at_ + 1}, list ? Type::sequence : Type::mapping, Style::flow);
  at_ += 2;
  tree_.close(at_);
  levels_.back().waits = false;
  return rest_of_line();
}

// A collection whose first token stands in that column of this line.
bool PlainReader::open(Type type, std::uint32_t column) {
  const bool list = type == Type::sequence;
  bool within = false;
  if (!levels_.empty()) {
    Level& around = levels_.back();
    within = list && !around.list && column == around.column;
    if (!around.waits || !(within || column > around.column) || levels_.size() == max_levels) return false;
    around.waits = false;
  }
  const auto begin = line_ + column;
  tree_.open({begin, begin}, type, Style::block);
  levels_.push_back({column, list, within});
  return true;
}

// A collection ends where the next token is.
void PlainReader::close() {
  null_if_waiting();
  tree_.close(at_);
  levels_.pop_back();
}

void PlainReader::null_if_waiting() {
  Level& level = levels_.back();
  if (!level.waits) return;
  tree_.scalar({level.since, level.since}, Style::plain, {}, true);
  level.waits = false;
}

// A plain or quoted scalar: its first line, or all of it where quotes hold several.
bool PlainReader::scalar_line(Scalar& scalar) {
  if (peek() == '\'' || peek() == '"') return quoted(scalar);
  if (may_start_plain(peek(), text_[at_ + 1])) return plain_line(scalar);
  return false;
}

bool PlainReader::rest_of_scalar(Scalar& scalar) {
  return scalar.style == Style::plain ? more_plain_lines(scalar) : rest_of_line();
}

// To the colon of a key, a comment, or the line's end; blanks before them are none of the scalar's.
bool PlainReader::plain_line(Scalar& scalar) {
  const auto begin = at_;
  for (;; ++at_) {
    while (!may_end_plain[static_cast<unsigned char>(text_[at_])]) ++at_;
    const char c = text_[at_];
    if (c == '\t') return false;
    if (c == '\n' || (c == ':' && is_blank(text_[at_ + 1])) || (c == '#' && text_[at_ - 1] == ' ')) break;
  }
  auto end = at_;
  while (end > begin && text_[end - 1] == ' ') --end;
  scalar.span = {begin, end};
  scalar.value = text_.substr(begin, end - begin);
  return true;
}

// A plain scalar goes on in lines that are indented further than what holds it; a comment ends it.
bool PlainReader::more_plain_lines(Scalar& scalar) {
  while (peek() == '\n' && !at_end()) {
    const auto breaks = line_breaks();
    if (at_end() || column() <= indent() || peek() == '#') break;
    if (scalar.one_line) folded_ = scalar.value;
    scalar.one_line = false;
    append_fold(breaks);
    Scalar next;
    if (!plain_line(next) || peek() == ':') return false;
    folded_ += next.value;
    scalar.span.end = next.span.end;
    scalar.value = folded_;
  }
  return true;
}

// Over line ends, lines of blanks, and the blanks in front of what follows; how many line ends these were.
std::size_t PlainReader::line_breaks() {
  std::size_t breaks = 0;
  for (; peek() == '\n' && !at_end(); ++breaks) {
    next_line();
    skip_spaces();
  }
  return breaks;
}

// One line end becomes a blank, of several all but the first are kept (https://yaml.org/spec/1.1/#id899351).
void PlainReader::append_fold(std::size_t breaks) {
  if (breaks == 1)
    folded_ += ' ';
  else
    folded_.append(breaks - 1, '\n');
}

bool PlainReader::quoted(Scalar& scalar) {
  const char quote = peek();
  const auto begin = at_++;
  scalar.style = quote == '"' ? Style::double_quoted : Style::single_quoted;
  folded_.clear();
  for (;;) {
    const char c = peek();
    if (c == ' ' || c == '\n') {
      if (!quoted_blanks(scalar)) return false;
    } else if (c == '\\' && quote == '"') {
      if (!escape(scalar)) return false;
    } else if (c == quote) {
      ++at_;
      if (quote == '"' || peek() != quote) break;
      folded_ += text_[at_++];
    } else if (c == '\t') {
      return false;
    } else {
      folded_ += c;
      ++at_;
    }
  }
  scalar.span = {begin, at_};
  scalar.value = folded_;
  return true;
}

// The escapes that YAML emitters write into manifests; the rest are libyaml's.
bool PlainReader::escape(Scalar& scalar) {
  const char c = text_[++at_];
  if (c == '\n') return quoted_line_end(scalar, true);
  if (c == '"' || c == '\\' || c == ' ')
    folded_ += c;
  else if (c == 'n')
    folded_ += '\n';
  else if (c == 't')
    folded_ += '\t';
  else
    return false;
  ++at_;
  return true;
}

// Blanks count within a line; around line ends they don't.
bool PlainReader::quoted_blanks(Scalar& scalar) {
  const auto begin = at_;
  skip_spaces();
  if (peek() == '\n') return quoted_line_end(scalar, false);
  folded_.append(text_, begin, at_ - begin);
  return true;
}

// Of a line end that is escaped nothing is left, but of those that follow it.
bool PlainReader::quoted_line_end(Scalar& scalar, bool escaped) {
  scalar.one_line = false;
  const auto breaks = line_breaks();
  if (at_end() || levels_.empty() || column() <= indent()) return false;
  if (escaped)
    folded_.append(breaks - 1, '\n');
  else
    append_fold(breaks);
  return true;
}

// A literal or folded block whose indentation is that of its first line (https://yaml.org/spec/1.1/#id926597).
bool PlainReader::block_scalar(Scalar& scalar) {
  const bool literal = peek() == '|';
  const auto begin = at_++;
  const char chomping = peek() == '-' || peek() == '+' ? text_[at_++] : ' ';
  if (!rest_of_line()) return false;
  folded_.clear();
  std::uint32_t indent = 0, end = at_;
  std::size_t breaks = 0;
  if (!block_breaks(indent, breaks, end)) return false;
  bool first = true, after_blank = false;
  for (; !at_end() && column() == indent; first = false) {
    const bool blank = is_blank(peek());
    const bool folds = !literal && !after_blank && !blank;
    if (!first && !folds) folded_ += '\n';
    if (!first && folds && breaks == 0) folded_ += ' ';
    folded_.append(breaks, '\n');
    after_blank = blank;
    const auto from = at_;
    next_line();
    folded_.append(text_, from, at_ - 1 - from);
    if (!block_breaks(indent, breaks, end)) return false;
  }
  if (chomping != '-' && !first) folded_ += '\n';
  if (chomping == '+') folded_.append(breaks, '\n');
  scalar.span = {begin, end};
  scalar.style = literal ? Style::literal : Style::folded;
  scalar.value = folded_;
  at_ = line_;
  return true;
}

// Over empty lines of a block, to the indentation of the next; an indentation of 0 is still to be found. `end` comes
// to lie behind the empty lines.
bool PlainReader::block_breaks(std::uint32_t& indent, std::size_t& breaks, std::uint32_t& end) {
  std::uint32_t widest = levels_.back().column + 1;
  for (breaks = 0, end = at_;; ++breaks, end = at_) {
    while ((indent == 0 || column() < indent) && peek() == ' ') ++at_;
    widest = std::max(widest, column());
    if ((indent == 0 || column() < indent) && peek() == '\t') return false;
    if (at_end() || peek() != '\n') break;
    next_line();
  }
  if (indent == 0) indent = widest;
  return true;
}

// Nothing but blanks and a comment may stand on the rest of the line.
bool PlainReader::rest_of_line() {
  skip_spaces();
  if (!at_line_end_or_comment()) return false;
  next_line();
  return true;
}

void PlainReader::next_line() {
  line_ = at_ = static_cast<std::uint32_t>(text_.find('\n', at_)) + 1;
}

void PlainReader::skip_spaces() {
  while (peek() == ' ') ++at_;
}

// A comment starts a line, or stands behind a blank.
bool PlainReader::at_line_end_or_comment() const {
  return peek() == '\n' || (peek() == '#' && (at_ == line_ || text_[at_ - 1] == ' '));
}

}  // namespace

bool read_plain(std::string_view text, Span span, TreeBuilder& tree) {
  try {
    return PlainReader(text, span, tree).read();
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace drift::manifest
