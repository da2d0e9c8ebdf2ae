// What the gate compares: the plan of this sync, that of the last success, and the objects as they are. Only `get`, one after the
// other; how many a second is the client's limit.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "hook/analyse.hpp"
#include "hook/facts.hpp"

namespace drift::hook {

// Throws InputError where the plan isn't there or is of another sync.
Plan read_plan_of_sync(const Run& run);

struct Base {
  std::optional<Plan> plan;  // unset: there was no success yet, or what is there is no base
  std::string problem;       // why what is there is none; empty: nothing to say
};

// A base has the labels that the audit writes: in a namespace without the platform's rights anybody's hooks may make ConfigMaps
// of any name.
Base read_base(const Run& run);

// Reads one object after the other; before each it asks `go_on`, which may throw.
Live live_objects(outside::Kubernetes& kubernetes, std::function<void()> go_on);

}  // namespace drift::hook
