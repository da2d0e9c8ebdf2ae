#include "yaml/insertion.hpp"

#include "json/string.hpp"
#include "yaml/layout.hpp"

namespace drift::yaml {
namespace {

void block_lines(const std::vector<Entry>& entries, const std::string& indent,
                 std::vector<std::string>& lines) {
  for (const auto& entry : entries) {
    if (entry.nested) {
      lines.push_back(indent + entry.key + ":");
      block_lines(entry.children, indent + "  ", lines);
    } else {
      lines.push_back(indent + entry.key + ": " + json_string(entry.value));
    }
  }
}

std::string flow_text(const std::vector<Entry>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    if (!text.empty()) text += ", ";
    text += json_string(entry.key) + ": ";
    text += entry.nested ? "{" + flow_text(entry.children) + "}" : json_string(entry.value);
  }
  return text;
}

// Each line with its indentation and end.
std::string whole_lines(const std::vector<Entry>& entries, const std::string& indent, std::string_view end) {
  std::vector<std::string> lines;
  block_lines(entries, indent, lines);
  std::string text;
  for (const auto& line : lines) text.append(line).append(end);
  return text;
}

}  // namespace

Edit insert_entries(const Node& mapping, const std::vector<Entry>& entries, std::uint32_t limit, bool again) {
  const Document& document = mapping.document();
  const std::uint32_t begin = content_begin(mapping);
  if (mapping.cell().style == Style::flow) {
    const std::uint32_t inside = begin + 1;
    std::string text = flow_text(entries);
    if (mapping.child())
      text += ", ";
    else if (again)
      text.insert(0, ", ");
    return {{inside, inside}, text};
  }
  const std::string indent = indent_at(document, begin);
  std::string text = whole_lines(entries, indent, line_end(document));
  if (first_on_line(document, begin)) {
    const auto at = above_comments(document, begin, limit);
    return {{at, at}, text};
  }
  // `- name: x`, or `? metadata` with `: name: x`: the first line takes the place of the first child.
  text.erase(0, indent.size());
  text += indent;
  return {{begin, begin}, text};
}

bool fill_null(const Node& key, const Node& value, const std::vector<Entry>& entries, Edit& edit) {
  const Document& document = value.document();
  const auto text = document.text();
  const Cell& cell = value.cell();
  if (cell.end > cell.begin) {
    edit = {{cell.begin, cell.end}, "{" + flow_text(entries) + "}"};
    return true;
  }
  std::uint32_t colon = key.cell().end;
  while (colon < document.span().end && text[colon] == ' ') ++colon;
  if (colon >= document.span().end || text[colon] != ':') return false;
  edit = {{colon + 1, colon + 1}, " {" + flow_text(entries) + "}"};
  return true;
}

}  // namespace drift::yaml
