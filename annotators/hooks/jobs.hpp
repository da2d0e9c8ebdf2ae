// The Jobs of the hooks: gate, audit and alert run our own program in the cluster.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "annotators/hooks/context.hpp"

namespace drift::annotators {

// The three Jobs. Throws InputError where it isn't known which image they run.
Objects job_objects(const HookContext& context);

// What audit and alert are told of how many records stay, where records live with the platform: `--keep-records 1000`, and what
// follows. deploy/admission/accounts.yaml holds Jobs to it.
std::vector<std::string> retention(const policy::Records& records);

// A duration as policies write it: `24h`, `1h30m`, `45s`.
std::string duration_text(std::chrono::seconds duration);

}  // namespace drift::annotators
