#include "yaml/plain_reader.hpp"

#include <vector>

#include "yaml/plain_scalar.hpp"

namespace drift::yaml {
namespace {

constexpr std::size_t max_key = 1000;    // libyaml: a key ends within 1024 characters
constexpr std::size_t max_levels = 500;  // far beyond manifests; deeper ones are libyaml's

// Every member that returns bool returns false where the document is not for this reader, and reading ends.
class PlainReader {
 public:
  PlainReader(std::string_view text, Span span, TreeBuilder& tree)
      : in_{text.substr(0, span.end), span.begin, span.begin}, tree_(tree) {}
  PlainReader(const PlainReader&) = delete;
  PlainReader& operator=(const PlainReader&) = delete;
  ~PlainReader() = default;

  bool read();

 private:
  // A collection that is open. Its column is libyaml's indent; a list right below its key has that of the mapping.
  struct Level {
    int column;
    bool list;
    bool within;              // a list with the column of the mapping around it
    bool waits = false;       // for the value of a key or a list's entry,
    std::uint32_t since = 0;  // which would be null here
  };

  bool document_start();
  bool to_next_content();
  bool line();
  bool entry(int column);
  bool node(int column);
  bool key(const PlainScalar& key, int column);
  bool value();
  bool empty_flow();
  bool tell(const PlainScalar& scalar);
  bool open(Type type, int column);
  void close();
  void null_if_waiting();

  bool at_dash() const { return in_.peek() == '-' && is_blank(in_.text[in_.at + 1]); }
  int indent() const { return levels_.empty() ? -1 : levels_.back().column; }

  PlainCursor in_;
  PlainScalars scalars_{in_};
  TreeBuilder& tree_;
  std::vector<Level> levels_;
};

bool PlainReader::read() {
  if (!in_.text.ends_with('\n') || !is_plain_text(in_.text.substr(in_.at)) || !document_start()) return false;
  while (to_next_content()) {
    if (!levels_.empty() && in_.column() < levels_.front().column) return false;
    if (!line()) return false;
  }
  if (levels_.empty()) return false;
  while (!levels_.empty()) close();
  return true;
}

// `---` and a comment may start a document.
bool PlainReader::document_start() {
  if (!in_.text.substr(in_.at).starts_with("---")) return true;
  in_.at += 3;
  return in_.rest_of_line();
}

// To the next character that is neither blank nor in a comment. False: there is none.
bool PlainReader::to_next_content() {
  while (!in_.at_end()) {
    in_.skip_spaces();
    if (!in_.at_line_end_or_comment()) return true;
    in_.next_line();
  }
  return false;
}

bool PlainReader::line() {
  const auto rest = in_.text.substr(in_.at);
  if (in_.column() == 0 && (rest.starts_with("---") || rest.starts_with("..."))) return false;
  while (!levels_.empty() && in_.column() < indent()) close();
  while (at_dash()) {
    if (!entry(in_.column())) return false;
    in_.skip_spaces();
    if (in_.at_line_end_or_comment()) return in_.rest_of_line();
  }
  return node(in_.column());
}

bool PlainReader::entry(int column) {
  if (!levels_.empty() && levels_.back().list && column == indent())
    null_if_waiting();
  else if (!open(Type::sequence, column))
    return false;
  ++in_.at;
  levels_.back().waits = true;
  levels_.back().since = in_.at;
  return true;
}

// A key, or the value that the innermost collection waits for.
bool PlainReader::node(int column) {
  if (!levels_.empty() && levels_.back().within && column == indent()) close();
  const bool waits = !levels_.empty() && levels_.back().waits && column > indent();
  if (in_.peek() == '{' || in_.peek() == '[') return waits && empty_flow();
  PlainScalar scalar;
  if (in_.peek() == '|' || in_.peek() == '>')
    return waits && scalars_.block(scalar, indent()) && tell(scalar);
  if (!scalars_.begin(scalar, indent())) return false;
  if (scalars_.is_key()) return key(scalar, column);
  return waits && scalars_.rest(scalar, indent()) && tell(scalar);
}

bool PlainReader::key(const PlainScalar& key, int column) {
  in_.skip_spaces();
  if (!key.one_line || in_.at - key.span.begin > max_key) return false;
  if (!levels_.empty() && !levels_.back().list && column == indent())
    null_if_waiting();
  else if (!open(Type::mapping, column))
    return false;
  tree_.scalar(key.span, key.style, key.value, key.style == Style::plain);
  ++in_.at;
  levels_.back().waits = true;
  levels_.back().since = in_.at;
  in_.skip_spaces();
  return in_.at_line_end_or_comment() ? in_.rest_of_line() : value();
}

// What stands behind a key on its line.
bool PlainReader::value() {
  if (at_dash()) return false;
  if (in_.peek() == '{' || in_.peek() == '[') return empty_flow();
  PlainScalar scalar;
  if (in_.peek() == '|' || in_.peek() == '>') return scalars_.block(scalar, indent()) && tell(scalar);
  return scalars_.begin(scalar, indent()) && !scalars_.is_key() && scalars_.rest(scalar, indent()) &&
         tell(scalar);
}

bool PlainReader::tell(const PlainScalar& scalar) {
  tree_.scalar(scalar.span, scalar.style, scalar.value, scalar.style == Style::plain);
  levels_.back().waits = false;
  return true;
}

bool PlainReader::empty_flow() {
  const bool list = in_.peek() == '[';
  if (in_.text[in_.at + 1] != (list ? ']' : '}')) return false;
  tree_.open({in_.at, in_.at + 1}, list ? Type::sequence : Type::mapping, Style::flow);
  in_.at += 2;
  tree_.close(in_.at);
  levels_.back().waits = false;
  return in_.rest_of_line();
}

// A collection whose first token stands in that column of this line.
bool PlainReader::open(Type type, int column) {
  const bool list = type == Type::sequence;
  bool within = false;
  if (!levels_.empty()) {
    Level& around = levels_.back();
    within = list && !around.list && column == around.column;
    if (!around.waits || !(within || column > around.column) || levels_.size() == max_levels) return false;
    around.waits = false;
  }
  const auto begin = in_.line + column;
  tree_.open({begin, begin}, type, Style::block);
  levels_.push_back({column, list, within});
  return true;
}

// A collection ends where the next token is.
void PlainReader::close() {
  null_if_waiting();
  tree_.close(in_.at);
  levels_.pop_back();
}

void PlainReader::null_if_waiting() {
  Level& level = levels_.back();
  if (!level.waits) return;
  tree_.scalar({level.since, level.since}, Style::plain, {}, true);
  level.waits = false;
}

}  // namespace

bool read_plain(std::string_view text, Span span, TreeBuilder& tree) {
  try {
    return PlainReader(text, span, tree).read();
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace drift::yaml
