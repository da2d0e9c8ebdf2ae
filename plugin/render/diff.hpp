// What was added to each file, for people, as a unified diff without context: values of a Secret aren't shown, and wanted values
// end with the line. What is injected is one line, unless its objects are asked for.
#pragma once
#include <cstddef>
#include <string>

#include "render/render.hpp"

namespace drift::render {

struct DiffOptions {
  bool colour = false;
  bool hooks = false;       // all of what is injected
  std::size_t width = 100;  // of a line, in bytes
};

std::string diff(const Rendered& rendered, const DiffOptions& options);

}  // namespace drift::render
