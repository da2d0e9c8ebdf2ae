#include "yaml/layout.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"

namespace drift::yaml {
namespace {

// YAML 1.1's line breaks, which libyaml and go-yaml v2 know: CR LF, LF, CR, and in UTF-8 NEL, LS and PS.
// https://yaml.org/spec/1.1/#id871136
constexpr std::array<std::string_view, 6> breaks = {"\r\n",     "\n",           "\r",
                                                    "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};

// The length of the line break that the text starts with, or ends with; 0: none.
std::size_t leading_break(std::string_view text) {
  const auto found = std::find_if(breaks.begin(), breaks.end(), [&](auto b) { return text.starts_with(b); });
  return found == breaks.end() ? 0 : found->size();
}
std::size_t trailing_break(std::string_view text) {
  const auto found = std::find_if(breaks.begin(), breaks.end(), [&](auto b) { return text.ends_with(b); });
  return found == breaks.end() ? 0 : found->size();
}

// The length of the blank, tab or line break that the text starts with; 0: none.
std::size_t leading_blank(std::string_view text) {
  return text.starts_with(' ') || text.starts_with('\t') ? 1 : leading_break(text);
}

// The text behind blanks, line breaks and comments.
std::string_view without_leading_comments(std::string_view text) {
  while (!text.empty()) {
    if (const auto blank = leading_blank(text); blank > 0)
      text.remove_prefix(blank);
    else if (text[0] != '#')
      break;
    else
      while (!text.empty() && leading_break(text) == 0) text.remove_prefix(1);
  }
  return text;
}

}  // namespace

std::uint32_t content_begin(const Node& node) {
  const Cell& cell = node.cell();
  auto text = node.document().text().substr(cell.begin, cell.end - cell.begin);
  // As many as are the node's own: a tag or anchor behind them belongs to a mapping's first key.
  for (int properties = cell.tagged + cell.anchored; properties > 0; --properties) {
    while (!text.empty() && leading_blank(text) == 0) text.remove_prefix(1);
    text = without_leading_comments(text);
  }
  return static_cast<std::uint32_t>(cell.end - text.size());
}

std::uint32_t content_end(const Node& node) {
  Node last = node;
  while (last.cell().style == Style::block) {
    Node child = last.child();
    if (!child) return last.cell().begin;
    for (Node next = child.next(); next; next = next.next()) child = next;
    last = child;
  }
  return last.cell().end;
}

bool ends_with_break(const Node& node) {
  return trailing_break(node.document().text().substr(0, content_end(node))) > 0;
}

std::uint32_t line_start(const Document& document, std::uint32_t offset) {
  const auto text = document.text();
  while (offset > document.span().begin && trailing_break(text.substr(0, offset)) == 0) --offset;
  return offset;
}

std::string indent_at(const Document& document, std::uint32_t offset) {
  const auto start = line_start(document, offset);
  const auto before = document.text().substr(start, offset - start);
  auto columns =
      before.size() - static_cast<std::size_t>(std::count_if(before.begin(), before.end(), is_continuation));
  if (before.starts_with(byte_order_mark)) --columns;
  return std::string(columns, ' ');
}

bool first_on_line(const Document& document, std::uint32_t offset) {
  const auto start = line_start(document, offset);
  return document.text().substr(start, offset - start).find_first_not_of(' ') == std::string_view::npos;
}

std::string_view line_end(const Document& document) {
  const auto text =
      document.text().substr(document.span().begin, document.span().end - document.span().begin);
  const auto found = text.find_first_of("\r\n");
  if (found == std::string_view::npos || text[found] == '\n') return "\n";
  return text.substr(found).starts_with("\r\n") ? "\r\n" : "\r";
}

std::uint32_t above_comments(const Document& document, std::uint32_t offset, std::uint32_t limit) {
  const auto text = document.text();
  std::uint32_t start = line_start(document, offset);
  while (start > limit) {
    const auto end = start - static_cast<std::uint32_t>(trailing_break(text.substr(0, start)));
    if (end == start) break;
    const auto above = line_start(document, end);
    const auto line = text.substr(above, end - above);
    const auto content = line.find_first_not_of(" \t");
    if (above < limit || content == std::string_view::npos || line[content] != '#') break;
    start = above;
  }
  return start;
}

}  // namespace drift::yaml
