#include "yaml/libyaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "base/utf8.hpp"

namespace drift::yaml {
namespace {

std::string_view view(const yaml_char_t* text) {
  return reinterpret_cast<const char*>(text);
}

Properties properties(const yaml_char_t* anchor, const yaml_char_t* tag) {
  Properties both;
  if (anchor != nullptr) both.anchor = view(anchor);
  if (tag != nullptr) both.tag = view(tag);
  return both;
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

LibyamlReader::LibyamlReader(const Document& document, Span span, TreeBuilder& tree)
    : document_(document),
      tree_(tree),
      offset_(document.text(), span),
      input_(document.text().substr(span.begin, span.end - span.begin)) {}

// The Kubernetes decoder ends every line with a newline, the last one too (LineReader in decoder.go).
int LibyamlReader::give(void* self, unsigned char* buffer, std::size_t size, std::size_t* size_read) {
  auto& reader = *static_cast<LibyamlReader*>(self);
  const std::size_t count = std::min(size, reader.input_.size() - reader.given_);
  std::memcpy(buffer, reader.input_.data() + reader.given_, count);
  reader.given_ += count;
  *size_read = count;
  if (count < size && !reader.newline_given_) {
    reader.newline_given_ = true;
    if (reader.input_.empty() || reader.input_.back() != '\n') buffer[(*size_read)++] = '\n';
  }
  return 1;
}

// Where libyaml sees another document than go-yaml and the Kubernetes decoder do.
void LibyamlReader::check_text() const {
  const auto at = [&](std::size_t offset) {
    return static_cast<std::uint32_t>(document_.span().end - input_.size() + offset);
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

void LibyamlReader::read() {
  check_text();
  if (!yaml_parser_initialize(&parser_)) throw std::bad_alloc();
  const std::unique_ptr<yaml_parser_t, void (*)(yaml_parser_t*)> owner(&parser_, yaml_parser_delete);
  yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  yaml_parser_set_input(&parser_, &LibyamlReader::give, this);
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
}

// go-yaml reads one document and drops in silence what follows it, behind a lone `...` for one; we refuse to.
void LibyamlReader::check_single_document() {
  Event next;
  const bool read = yaml_parser_parse(&parser_, &next.event) != 0;
  if (read && next.event.type == YAML_STREAM_END_EVENT) return;
  const auto mark = read ? next.event.start_mark : parser_.problem_mark;
  fail(offset_(mark.index),
       "text after the end of the document, which Argo CD would drop; expected a line \"---\" before it");
}

Span LibyamlReader::span_of(const yaml_event_t& event) const {
  return {offset_(event.start_mark.index), offset_(event.end_mark.index)};
}

void LibyamlReader::handle(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SCALAR_EVENT: {
      const auto& data = event.data.scalar;
      const std::string_view value(reinterpret_cast<const char*>(data.value), data.length);
      check_tag(event);
      return tree_.scalar(span_of(event), scalar_style(data.style), value, data.plain_implicit != 0,
                          properties(data.anchor, data.tag));
    }
    case YAML_ALIAS_EVENT:
      return tree_.alias(span_of(event), view(event.data.alias.anchor));
    case YAML_MAPPING_START_EVENT: {
      const auto& data = event.data.mapping_start;
      return tree_.open(span_of(event), Type::mapping,
                        data.style == YAML_FLOW_MAPPING_STYLE ? Style::flow : Style::block,
                        properties(data.anchor, data.tag));
    }
    case YAML_SEQUENCE_START_EVENT: {
      const auto& data = event.data.sequence_start;
      return tree_.open(span_of(event), Type::sequence,
                        data.style == YAML_FLOW_SEQUENCE_STYLE ? Style::flow : Style::block,
                        properties(data.anchor, data.tag));
    }
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      return tree_.close(offset_(event.end_mark.index));
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

// go-yaml takes a comma right behind a tag for a part of the tag, so `[!!str, a]` is one element there (scannerc.go).
void LibyamlReader::check_tag(const yaml_event_t& event) const {
  const auto& data = event.data.scalar;
  if (data.tag == nullptr || data.length > 0 || data.style != YAML_PLAIN_SCALAR_STYLE) return;
  const auto end = span_of(event).end;
  if (document_.text().substr(end).starts_with(','))
    fail(end,
         "a comma right behind a tag, which Argo CD takes for a part of it; expected a blank between them");
}

void LibyamlReader::fail(std::uint32_t offset, const std::string& message) const {
  throw InputError(document_.place(offset), message);
}

// `[1.2.3.4, 2001:db8::]` and `address: 2001:db8::`: a colon that ends a word ends a key, where a person sees a part of the text.
std::string LibyamlReader::advice(std::uint32_t problem) const {
  const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
  const auto text = document_.text();
  if (!text.substr(problem).starts_with(':')) return {};
  const bool in_brackets = context == "while scanning a plain scalar" || context.find("flow") != context.npos;
  const auto line = text.substr(0, problem).substr(text.find_last_of("\n\r", problem) + 1);
  const bool in_value =
      std::string_view(parser_.problem).starts_with("mapping values") && line.find(": ") != line.npos;
  if (!in_brackets && !in_value) return {};
  return "; a text with such a colon is written in quotes, for example \"2001:db8::\"";
}

void LibyamlReader::fail_parser() const {
  const auto& p = parser_;
  if (p.error == YAML_READER_ERROR) {
    const auto base = static_cast<std::size_t>(document_.span().end) - input_.size();
    const auto offset =
        static_cast<std::uint32_t>(std::min(base + p.problem_offset, std::size_t{document_.span().end}));
    fail(offset, fmt::format("{}; expected UTF-8 text without control characters", p.problem));
  }
  if (p.error == YAML_MEMORY_ERROR || p.problem == nullptr) throw std::bad_alloc();
  std::string message = p.problem;
  if (p.context != nullptr) {
    message += fmt::format(", {}", p.context);
    if (p.context_mark.line != p.problem_mark.line)
      message += fmt::format(" that starts on line {}", document_.place(offset_(p.context_mark.index)).line);
  }
  const auto problem = offset_(p.problem_mark.index);
  fail(problem, message + advice(problem));
}

}  // namespace drift::yaml
