// What the gate compares with the base (base.hpp): the plan of this sync, and the objects as they are. Only `get`, one after
// the other; how many a second is the client's limit.
#pragma once
#include <functional>

#include "analysis/analyse.hpp"
#include "store/context.hpp"

namespace drift::gate {

// Throws InputError where the plan isn't there or is of another sync.
api::Plan read_plan_of_sync(const store::Run& run);

// Reads one object after the other; before each it asks `go_on`, which may throw.
analysis::Live live_objects(outside::Kubernetes& kubernetes, std::function<void()> go_on);

}  // namespace drift::gate
