// What `migrate` and `import` say of the files that they read.
#pragma once
#include <spdlog/common.h>

#include "migrate/said.hpp"

namespace drift::commands {

// Logs the notes, and what is lost at the level given.
void log_said(const migrate::Said& said, spdlog::level::level_enum lost);

}  // namespace drift::commands
