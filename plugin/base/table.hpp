// Rows of cells as columns, as kubectl lays them out.
#pragma once
#include <string>
#include <vector>

namespace drift {

// A cell of others' text: printable, at most 300 characters, and `-` where it is empty.
std::string cell_of(const std::string& text);

// Each column as wide as its widest cell, two spaces between them, a line end behind each row. Cells must be printable.
std::string table(const std::vector<std::vector<std::string>>& rows);

// The same in so many columns of a terminal. `spare` names the table's columns that may give way, by their heads in the first row,
// the least useful first: one is cut, and left out where even its head has no room. What isn't spare stays whole, and may be too
// wide for that.
std::string table_within(std::size_t columns, std::vector<std::vector<std::string>> rows,
                         const std::vector<std::string>& spare);

}  // namespace drift
