// The bounds of this process, so that a repository that makes reading it slow or large ends in a message of ours and not in the
// end of the whole sidecar.
#pragma once
#include <string>

#include "outside/limits.hpp"

namespace drift::outside {

// From now on: a second after `limits.time` the process ends with exit code 3 and a line on standard error, whatever it does (the
// second is for the better message of a program that took all the time); memory beyond `limits.memory` is std::bad_alloc. The
// watchdog (workspace.hpp) ends what we started and removes what we made. Once in a process, before it has threads.
void bound_this_process(const Limits& limits);

// What to say of a std::bad_alloc.
std::string out_of_memory();

}  // namespace drift::outside
