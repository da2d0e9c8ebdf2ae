#include "base/table.hpp"

#include <algorithm>

#include "base/printable.hpp"

namespace drift {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t gap = 2;  // between columns
constexpr std::size_t widest_cell = 300;

std::vector<std::size_t> widths_of(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  return widths;
}

std::size_t whole_width(const std::vector<std::size_t>& widths) {
  std::size_t whole = 0;
  for (const auto width : widths) whole += width + gap;
  return whole - std::min(whole, gap);
}

// A column of these rows that all have it.
void narrow(Rows& rows, std::size_t column, std::size_t width_then) {
  for (auto& row : rows)
    if (width(row[column]) > width_then) row[column] = printable(row[column], width_then - 1);
}

void drop(Rows& rows, std::size_t column) {
  for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
}

}  // namespace

std::string cell_of(const std::string& text) {
  return text.empty() ? "-" : printable(text, widest_cell);
}

std::string table(const Rows& rows) {
  const auto widths = widths_of(rows);
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      text.append(row[i]).append(widths[i] - width(row[i]) + gap, ' ');
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

std::string table_within(std::size_t columns, Rows rows, const std::vector<std::string>& spare) {
  for (const auto& head : spare) {
    const auto widths = widths_of(rows);
    const auto whole = whole_width(widths);
    if (whole <= columns) break;
    const auto& heads = rows.front();
    const auto found = std::find(heads.begin(), heads.end(), head);
    if (found == heads.end()) continue;
    const auto column = static_cast<std::size_t>(found - heads.begin());
    const auto excess = whole - columns;
    if (widths[column] >= width(head) + excess)
      narrow(rows, column, widths[column] - excess);
    else
      drop(rows, column);
  }
  return table(rows);
}

}  // namespace drift
