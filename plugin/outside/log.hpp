// Messages for people, on standard error: `warning: …`. What is logged through spdlog takes this shape.
#pragma once
#include "outside/environment.hpp"

namespace drift::outside {

// Coloured as outside::coloured says of standard error.
void set_up_log(const Environment& environment);

}  // namespace drift::outside
