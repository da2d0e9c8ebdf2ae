// --no-pager, as git has it.
#pragma once
#include "commands/arguments.hpp"
#include "outside/pager.hpp"

namespace drift::commands {

inline void add_pager_option(Arguments& app, outside::Paging& paging) {
  app.add_flag("--no-pager", paging.off, "No pager on a terminal ($DRIFT_PAGER, $PAGER, or less)");
}

}  // namespace drift::commands
