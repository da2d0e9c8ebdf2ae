#include "manifest/builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "manifest/resolve.hpp"

namespace drift::manifest {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

Style scalar_style(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return Style::single_quoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return Style::double_quoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return Style::literal;
    case YAML_FOLDED_SCALAR_STYLE:
      return Style::folded;
    default:
      return Style::plain;
  }
}

// Deletes an event whatever happens while it is handled.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event); }
  yaml_event_t event{};
};

}  // namespace

Offsets::Offsets(std::string_view text, Span span) : text_(text), span_(span) {
  const auto body = text.substr(span.begin, span.end - span.begin);
  const bool ascii =
      std::all_of(body.begin(), body.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  if (ascii) return;
  std::size_t count = 0;
  for (std::uint32_t i = span.begin; i < span.end; ++i)
    if (!is_continuation(text[i]) && count++ % stride == 0) checkpoints_.push_back(i);
}

std::uint32_t Offsets::operator()(std::size_t code_points) const {
  if (checkpoints_.empty())
    return static_cast<std::uint32_t>(std::min<std::size_t>(span_.begin + code_points, span_.end));
  const std::size_t checkpoint = code_points / stride;
  if (checkpoint >= checkpoints_.size()) return span_.end;
  std::uint32_t i = checkpoints_[checkpoint];
  for (std::size_t left = code_points % stride; left > 0 && i < span_.end; --left) do
      ++i;
    while (i < span_.end && is_continuation(text_[i]));
  return i;
}

namespace {
// The file's byte order mark is not the parser's business: it would count it in some versions and not in others.
Span without_mark(std::string_view text, Span span) {
  if (span.begin == 0 && text.substr(0, span.end).starts_with(byte_order_mark))
    span.begin = static_cast<std::uint32_t>(byte_order_mark.size());
  return span;
}
}  // namespace

Builder::Builder(Document& document)
    : document_(document), offset_(document.text_, without_mark(document.text_, document.span_)) {
  const Span span = without_mark(document.text_, document.span_);
  input_ = document.text_.substr(span.begin, span.end - span.begin);
}

// The Kubernetes decoder ends every line with a newline, the last one too (LineReader in decoder.go).
int Builder::read(void* self, unsigned char* buffer, std::size_t size, std::size_t* size_read) {
  auto& builder = *static_cast<Builder*>(self);
  const std::size_t count = std::min(size, builder.input_.size() - builder.given_);
  std::memcpy(buffer, builder.input_.data() + builder.given_, count);
  builder.given_ += count;
  *size_read = count;
  if (count < size && !builder.newline_given_) {
    builder.newline_given_ = true;
    if (builder.input_.empty() || builder.input_.back() != '\n') buffer[(*size_read)++] = '\n';
  }
  return 1;
}

// Where libyaml sees another document than go-yaml and the Kubernetes decoder do.
void Builder::check_text() {
  const auto at = [&](std::size_t offset) {
    return static_cast<std::uint32_t>(document_.span_.end - input_.size() + offset);
  };
  if (const auto found = input_.find("\r\r\n"); found != std::string_view::npos)
    fail(at(found), "a line that ends with CR CR LF; expected CR LF or LF");
  for (auto mark = input_.find(byte_order_mark); mark != std::string_view::npos;
       mark = input_.find(byte_order_mark, mark + 1)) {
    const auto before = input_.substr(0, mark);
    constexpr std::array<std::string_view, 5> breaks = {"\n", "\r", "\xC2\x85", "\xE2\x80\xA8",
                                                        "\xE2\x80\xA9"};
    const bool starts_line = before.empty() || std::any_of(breaks.begin(), breaks.end(),
                                                           [&](auto text) { return before.ends_with(text); });
    if (starts_line)
      fail(at(mark),
           "a byte order mark at the start of a line; expected at most one, at the start of a file");
  }
}

void Builder::build() {
  check_text();
  if (!yaml_parser_initialize(&parser_)) throw OutsideError("out of memory");
  const std::unique_ptr<yaml_parser_t, void (*)(yaml_parser_t*)> owner(&parser_, yaml_parser_delete);
  yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  yaml_parser_set_input(&parser_, &Builder::read, this);
  document_.cells_.reserve(input_.size() / 28 + 8);
  for (bool done = false; !done;) {
    Event holder;
    if (!yaml_parser_parse(&parser_, &holder.event)) fail_parser();
    handle(holder.event);
    if (holder.event.type == YAML_DOCUMENT_END_EVENT) {
      check_single_document();
      done = true;
    }
    done = done || holder.event.type == YAML_STREAM_END_EVENT;
  }
  if (document_.cells_.capacity() > document_.cells_.size() * 5 / 4) document_.cells_.shrink_to_fit();
  document_.empty_ = document_.cells_.empty() ||
                     (document_.cells_[0].type == Type::null && document_.cells_[0].style != Style::alias);
  if (document_.has_anchors_) check_expansion(document_);
}

// go-yaml reads one document and drops in silence what follows it, behind a lone `...` for one; we refuse to.
void Builder::check_single_document() {
  Event next;
  const bool read = yaml_parser_parse(&parser_, &next.event) != 0;
  if (read && next.event.type == YAML_STREAM_END_EVENT) return;
  const auto mark = read ? next.event.start_mark : parser_.problem_mark;
  fail(offset_(mark.index),
       "text after the end of the document, which Argo CD would drop; expected a line \"---\" before it");
}

void Builder::handle(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SCALAR_EVENT:
      return scalar(event);
    case YAML_ALIAS_EVENT:
      return alias(event);
    case YAML_MAPPING_START_EVENT:
      return open(event, Type::mapping, event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
                  event.data.mapping_start.anchor, event.data.mapping_start.tag);
    case YAML_SEQUENCE_START_EVENT:
      return open(event, Type::sequence, event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
                  event.data.sequence_start.anchor, event.data.sequence_start.tag);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      return close(event);
    case YAML_DOCUMENT_START_EVENT: {
      const auto* version = event.data.document_start.version_directive;
      if (version != nullptr && (version->major != 1 || version->minor > 2))
        fail(offset_(event.start_mark.index), "found incompatible YAML document; expected YAML 1.1 or 1.2");
      return;
    }
    default:
      return;
  }
}

bool Builder::expects_key() const {
  return !open_.empty() && document_.cells_[open_.back().cell].type == Type::mapping && open_.back().key_next;
}

std::uint32_t Builder::add(const yaml_event_t& event, const yaml_char_t* anchor) {
  auto& cells = document_.cells_;
  const auto index = static_cast<std::uint32_t>(cells.size());
  Cell& cell = cells.emplace_back();
  cell.begin = offset_(event.start_mark.index);
  cell.end = offset_(event.end_mark.index);
  if (!open_.empty()) {
    Open& parent = open_.back();
    if (parent.last_child == 0)
      cells[parent.cell].child = index;
    else
      cells[parent.last_child].next = index;
    parent.last_child = index;
  }
  if (anchor != nullptr) {
    cell.anchored = true;
    document_.has_anchors_ = true;
    anchors_[std::string(view(anchor))] = index;
  }
  return index;
}

void Builder::after_node() {
  if (!open_.empty()) open_.back().key_next = !open_.back().key_next;
}

void Builder::set_value(Cell& cell, const yaml_event_t& event) {
  const std::string_view value(reinterpret_cast<const char*>(event.data.scalar.value),
                               event.data.scalar.length);
  const bool quoted = cell.style == Style::single_quoted || cell.style == Style::double_quoted;
  const std::size_t tail = quoted ? 1 : 0;
  cell.value_size = static_cast<std::uint32_t>(value.size());
  if (cell.end - cell.begin >= value.size() + tail) {
    const auto at = cell.end - tail - value.size();
    if (document_.text_.substr(at, value.size()) == value) {
      cell.value = static_cast<std::uint32_t>(at);
      return;
    }
  }
  if (cell.style == Style::double_quoted) check_escapes(cell);
  cell.owned = true;
  cell.value = static_cast<std::uint32_t>(document_.strings_.size());
  document_.strings_ += value;
}

// libyaml knows the escape \/ of YAML 1.2, go-yaml v2 does not.
void Builder::check_escapes(const Cell& cell) {
  const auto raw = document_.text_.substr(cell.begin, cell.end - cell.begin);
  for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
    if (raw[i] != '\\') continue;
    if (raw[++i] == '/')
      fail(static_cast<std::uint32_t>(cell.begin + i - 1),
           "found unknown escape character \\/; expected a plain /");
  }
}

void Builder::scalar(const yaml_event_t& event) {
  const auto& data = event.data.scalar;
  const bool key = expects_key();
  Cell& cell = document_.cells_[add(event, data.anchor)];
  cell.style = scalar_style(data.style);
  cell.type = Type::string;
  set_value(cell, event);
  const std::string_view value(reinterpret_cast<const char*>(data.value), data.length);
  if (data.tag != nullptr) {
    cell.tagged = true;
    auto tagged = resolve_tagged(view(data.tag), value);
    if (tagged.problem != nullptr) fail(cell.begin, fmt::format("the value {}", tagged.problem));
    cell.type = tagged.type;
    if (tagged.value) {
      cell.owned = true;
      cell.value = static_cast<std::uint32_t>(document_.strings_.size());
      cell.value_size = static_cast<std::uint32_t>(tagged.value->size());
      document_.strings_ += *tagged.value;
    }
  } else if (data.plain_implicit) {
    cell.type = plain_type(value);
  }
  const bool in_flow = !open_.empty() && document_.cells_[open_.back().cell].style == Style::flow;
  if (in_flow && cell.style == Style::plain && value.find('?') != std::string_view::npos)
    fail(
        cell.begin,
        "a question mark in an unquoted flow scalar, which Argo CD does not read; expected quotes around it");
  const bool merge_tag = view(data.tag) == "tag:yaml.org,2002:merge";
  if (key && value == "<<" && (data.plain_implicit || merge_tag)) {
    cell.merge = true;
    document_.has_anchors_ = true;
  } else if (key) {
    check_key(cell);
  }
  if (cell.type == Type::real && !parse_number(value))
    fail(cell.begin, "infinity and NaN have no place in JSON; expected a finite number or a quoted string");
  after_node();
}

void Builder::check_key(const Cell& cell) {
  if (cell.type == Type::null) fail(cell.begin, "a key can't be null; expected a name, or quotes around it");
  if (cell.type != Type::integer) return;
  const auto number = parse_number(document_.value(cell));
  if (number && std::holds_alternative<std::uint64_t>(*number))
    fail(cell.begin, "a number this large can't be a key; expected quotes around it");
}

void Builder::alias(const yaml_event_t& event) {
  const std::string name(view(event.data.alias.anchor));
  const auto target = anchors_.find(name);
  const std::uint32_t begin = offset_(event.start_mark.index);
  if (target == anchors_.end())
    fail(begin, fmt::format("unknown anchor \"{}\"; expected an earlier &{} in this document", name, name));
  const bool key = expects_key();
  const Cell meant = document_.cells_[target->second];
  if (key && (meant.type == Type::mapping || meant.type == Type::sequence))
    fail(begin, "a key can't be a collection; expected a name");
  if (key) check_key(meant);
  Cell& cell = document_.cells_[add(event, nullptr)];
  cell.style = Style::alias;
  cell.type = meant.type;
  cell.child = target->second;
  document_.has_anchors_ = true;
  after_node();
}

void Builder::open(const yaml_event_t& event, Type type, bool flow, const yaml_char_t* anchor,
                   const yaml_char_t* tag) {
  if (expects_key()) fail(offset_(event.start_mark.index), "a key can't be a collection; expected a name");
  if (open_.size() >= max_depth)
    fail(offset_(event.start_mark.index),
         fmt::format("nested too deep; expected at most {} levels", max_depth));
  const auto index = add(event, anchor);
  Cell& cell = document_.cells_[index];
  cell.type = type;
  cell.style = flow ? Style::flow : Style::block;
  cell.tagged = tag != nullptr;
  open_.push_back({index});
}

void Builder::close(const yaml_event_t& event) {
  document_.cells_[open_.back().cell].end = offset_(event.end_mark.index);
  open_.pop_back();
  after_node();
}

void Builder::fail(std::uint32_t offset, const std::string& message) const {
  throw InputError(document_.place(offset), message);
}

void Builder::fail_parser() const {
  const auto& p = parser_;
  if (p.error == YAML_READER_ERROR) {
    const auto base = static_cast<std::size_t>(document_.span_.end) - input_.size();
    const auto offset =
        static_cast<std::uint32_t>(std::min(base + p.problem_offset, std::size_t{document_.span_.end}));
    fail(offset, fmt::format("{}; expected UTF-8 text without control characters", p.problem));
  }
  if (p.error == YAML_MEMORY_ERROR || p.problem == nullptr)
    throw OutsideError("out of memory while reading YAML");
  std::string message = p.problem;
  if (p.context != nullptr) {
    message += fmt::format(", {}", p.context);
    if (p.context_mark.line != p.problem_mark.line)
      message += fmt::format(" that starts on line {}", document_.place(offset_(p.context_mark.index)).line);
  }
  fail(offset_(p.problem_mark.index), message);
}

}  // namespace drift::manifest
