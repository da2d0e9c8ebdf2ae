// What a rendering came to, in a few lines for people.
#pragma once
#include <string>

#include "render/render.hpp"

namespace drift::render {

// `12 objects: 2 high, 3 medium, 7 low · 3 sync waves · 6 hooks`, then rules that matched nothing, but of the baseline.
std::string summary(const Rendered& rendered);

}  // namespace drift::render
