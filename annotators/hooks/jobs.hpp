// The Jobs of the hooks: gate, audit and alert run our own program in the cluster.
#pragma once
#include <chrono>
#include <string>

#include "annotators/hooks/context.hpp"

namespace drift::annotators {

// The three Jobs. Throws InputError where it isn't known which image they run.
Objects job_objects(const HookContext& context);

// A duration as policies write it: `24h`, `1h30m`, `45s`.
std::string duration_text(std::chrono::seconds duration);

}  // namespace drift::annotators
