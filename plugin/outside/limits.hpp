// What rendering may use up and reach: the operator's to say, never a repository's.
#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <vector>

namespace drift::outside {

// What happens where the kernel can't confine programs (confinement.hpp).
enum class Confine { warn, require, off };

struct Limits {
  // Everything together, counted from the construction of SystemPrograms. repo-server gives a plugin 60 seconds.
  std::chrono::milliseconds time = std::chrono::seconds(55);
  // Of stdout, bytes. manifest::max_text_size is the most that could be read anyway.
  std::size_t output = std::size_t{64} << 20;
  // Of memory, bytes, for each process: below the sidecar's limit, whose end would take other renderings along. 0: no limit.
  std::size_t memory = std::size_t{768} << 20;
  Confine confine = Confine::warn;
  std::vector<std::filesystem::path> readable = {};  // what programs may read beside the repository
};

// For messages: what a process was ended for.
inline constexpr const char* time_setting = "DRIFT_POLICY_EXEC_TIMEOUT in the sidecar";
inline constexpr const char* memory_setting = "DRIFT_POLICY_MEMORY_LIMIT in the sidecar";

}  // namespace drift::outside
