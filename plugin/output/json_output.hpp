// The rendering's objects as JSON, for machines.
#pragma once
#include <string>

#include "output/rendering.hpp"

namespace drift::output {

// Each object on a line, keys sorted, Lists taken apart.
std::string json_lines(const Rendering& rendering);

// One v1 List of all objects, indented as kubectl does.
std::string json_list(const Rendering& rendering);

}  // namespace drift::output
