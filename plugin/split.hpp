// Lists that are written as one text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drift {

// The parts between separators; empty ones are left out.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace drift
