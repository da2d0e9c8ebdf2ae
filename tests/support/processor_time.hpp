// How long something computes, whatever else the machine does meanwhile: for bounds that tell a quadratic algorithm from one that isn't.
#pragma once
#include <ctime>

namespace drift::tests {

// Of all threads of this process, in seconds.
inline double processor_time() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace drift::tests
