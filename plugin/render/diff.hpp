// What was added to each file, as a unified diff without context (`git apply --unidiff-zero` takes it, but for lines with
// the values of a Secret, which are not shown).
#pragma once
#include <string>

#include "render/render.hpp"

namespace drift::render {

std::string diff(const Rendered& rendered, bool colour);

}  // namespace drift::render
