// `drift-policy audit review`.
#pragma once
#include "commands/command.hpp"

namespace drift::commands {

Action declare_review(Arguments& app);

}  // namespace drift::commands
