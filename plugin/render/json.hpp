// The rendering's objects as JSON, for machines.
#pragma once
#include <string>

#include "manifest/segments.hpp"

namespace drift::render {

// Each object on a line, keys sorted, Lists taken apart.
std::string json_lines(const manifest::Rendering& rendering);

// One v1 List of all objects, indented as kubectl does.
std::string json_list(const manifest::Rendering& rendering);

}  // namespace drift::render
