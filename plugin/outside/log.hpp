// Messages for people, on standard error: `warning: …`. What is logged through spdlog takes this shape.
#pragma once

namespace drift::outside {

void set_up_log();

}  // namespace drift::outside
