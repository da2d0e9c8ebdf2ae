#include "manifest/layout.hpp"

#include <algorithm>

namespace drift::manifest {
namespace {

bool is_break(char c) {
  return c == '\n' || c == '\r';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || is_break(c);
}

}  // namespace

std::uint32_t content_begin(const Node& node) {
  const Cell& cell = node.cell();
  if (!cell.tagged && !cell.anchored) return cell.begin;
  const auto text = node.document().text();
  std::uint32_t i = cell.begin;
  while (i < cell.end) {
    if (is_blank(text[i])) {
      ++i;
    } else if (text[i] == '#') {
      while (i < cell.end && !is_break(text[i])) ++i;
    } else if (text[i] == '!' || text[i] == '&') {
      while (i < cell.end && !is_blank(text[i])) ++i;
    } else {
      break;
    }
  }
  return i;
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
  const auto end = content_end(node);
  return end > 0 && is_break(node.document().text()[end - 1]);
}

std::uint32_t line_start(const Document& document, std::uint32_t offset) {
  const auto text = document.text();
  while (offset > document.span().begin && !is_break(text[offset - 1])) --offset;
  return offset;
}

std::string indent_at(const Document& document, std::uint32_t offset) {
  const auto start = line_start(document, offset);
  const auto before = document.text().substr(start, offset - start);
  const auto continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  auto columns =
      before.size() - static_cast<std::size_t>(std::count_if(before.begin(), before.end(), continuation));
  if (before.starts_with("\xEF\xBB\xBF")) --columns;
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
    std::uint32_t end = start - 1;
    if (end > limit && text[end] == '\n' && text[end - 1] == '\r') --end;
    const auto above = line_start(document, end);
    const auto line = text.substr(above, end - above);
    const auto content = line.find_first_not_of(" \t");
    if (above < limit || content == std::string_view::npos || line[content] != '#') break;
    start = above;
  }
  return start;
}

}  // namespace drift::manifest
