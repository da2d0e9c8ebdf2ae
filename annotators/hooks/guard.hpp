// What an author's manifests must not do, so that nothing is applied before the gate, nothing vanishes, and nobody writes
// what is ours.
#pragma once
#include <vector>

#include "annotators/hooks/context.hpp"
#include "base/error.hpp"

namespace drift::annotators {

// Mistakes of all objects that are not marked in `ours`, in order. `injection` is what hooks() injects.
std::vector<Finding> check_source(const HookContext& context, const Objects& injection,
                                  const std::vector<bool>& ours);

}  // namespace drift::annotators
