// Independent pieces of work on all processors.
#pragma once
#include <cstddef>
#include <functional>

namespace drift {

// Calls body(i) once for each i below count, in no order, on at most `threads` threads and as many as there are
// processors; this one included. What body throws is thrown here once all have ended, one where several do.
void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& body);

}  // namespace drift
