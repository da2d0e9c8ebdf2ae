// Sync waves, as policies set them.
#pragma once
#include "annotators/annotator.hpp"

namespace drift::annotators {

// The policy's wave where it counts (policy/wave.hpp).
Changes sync_wave(const Input& input);

}  // namespace drift::annotators
