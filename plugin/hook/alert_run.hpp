// `hook alert`, after a sync that failed: why it failed, as an alert that people find by label, and as a record. It never
// rolls back: the operation that is just ending would undo that (the controller does it once it has ended).
#pragma once
#include "hook/audit_run.hpp"
#include "hook/cause.hpp"

namespace drift::hook {

// The alert comes first, since people wait for it; the record may fail for want of a key.
Recorded run_alert(const Run& run);

}  // namespace drift::hook
