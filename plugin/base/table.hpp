// Rows of cells as columns, as kubectl lays them out.
#pragma once
#include <string>
#include <vector>

namespace drift {

// Each column as wide as its widest cell, two spaces between them, a line end behind each row. Cells must be printable.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace drift
