// The command line as a whole.
#pragma once

namespace drift::commands {

// Runs the command that argv names; gives the exit code. Never throws: what goes wrong is said on standard error.
int run(int argc, const char* const* argv);

}  // namespace drift::commands
