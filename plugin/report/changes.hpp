// Git's own changes on the gate's page: what a sync would change, add and remove of what Git wanted at the last success.
#pragma once
#include <string>

#include "api/change.hpp"

namespace drift::report {

// Lines, each with its end, of at most `room` bytes, the worst first; nothing where nobody is asked about any.
std::string change_lines(const api::Changes& changes, bool colour, std::size_t room);

}  // namespace drift::report
