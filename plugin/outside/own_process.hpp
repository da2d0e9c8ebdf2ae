// What this process takes of the machine now.
#pragma once
#include <cstdint>

namespace drift::outside {

struct OwnProcess {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t most_open_files = 0;
};

// What can't be read is 0.
OwnProcess own_process();

}  // namespace drift::outside
