// What was added to each file, as a unified diff without context (`git apply --unidiff-zero` takes it).
#pragma once
#include <string>

#include "render.hpp"

namespace drift::output {

std::string diff(const Rendered& rendered, bool colour);

}  // namespace drift::output
