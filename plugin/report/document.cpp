#include "report/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "base/table.hpp"
#include "report/findings.hpp"

namespace drift::report {
namespace {

constexpr std::string_view html_head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 sans-serif; color: #222; background: #fff; max-width: 70em; margin: 2em auto; padding: 0 1em }}
h1 {{ font-size: 1.5em }}
h2 {{ font-size: 1.15em; margin-top: 2em; break-after: avoid }}
p {{ margin: .3em 0; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; margin-top: .7em }}
th, td {{ text-align: left; vertical-align: top; padding: .25em 1em .25em 0; border-bottom: 1px solid #ccc; overflow-wrap: anywhere }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
@media print {{ body {{ font-size: 10pt; max-width: none; margin: 0 }} }}
</style>
</head>
<body>
<h1>{title}</h1>
)";

std::string escaped(std::string_view text) {
  return in_xml(printable(text));
}

std::string html_lines(const std::vector<std::string>& lines) {
  std::string html;
  for (const auto& line : lines) html += fmt::format("<p>{}</p>\n", escaped(line));
  return html;
}

std::string html_row(const std::vector<std::string>& cells, std::string_view element) {
  std::string html = "<tr>";
  for (const auto& cell : cells) html += fmt::format("<{0}>{1}</{0}>", element, escaped(cell));
  return html + "</tr>\n";
}

std::string html_table(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return {};
  auto html = "<table>\n<thead>\n" + html_row(rows.front(), "th") + "</thead>\n<tbody>\n";
  for (std::size_t i = 1; i < rows.size(); ++i) html += html_row(rows[i], "td");
  return html + "</tbody>\n</table>\n";
}

std::string text_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += printable(line) + "\n";
  return text;
}

std::string text_table(std::vector<std::vector<std::string>> rows) {
  if (rows.empty()) return {};
  for (auto& name : rows.front()) std::transform(name.begin(), name.end(), name.begin(), upper);
  for (auto& row : rows)
    for (auto& cell : row) cell = printable(cell);
  return table(rows);
}

}  // namespace

std::string as_text(const Document& document) {
  auto text = printable(document.title) + "\n" + text_lines(document.lines);
  for (const auto& section : document.sections)
    text += fmt::format("\n{}\n", printable(section.title)) + text_lines(section.lines) +
            text_table(section.table);
  return text;
}

std::string as_html(const Document& document) {
  auto html = fmt::format(html_head, fmt::arg("title", escaped(document.title))) + html_lines(document.lines);
  for (const auto& section : document.sections)
    html += fmt::format("<h2>{}</h2>\n", escaped(section.title)) + html_lines(section.lines) +
            html_table(section.table);
  return html + "</body>\n</html>\n";
}

}  // namespace drift::report
