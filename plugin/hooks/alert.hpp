// `hook alert`, after a sync that failed: why it failed, as an alert that people find by label, and as a record. It never
// rolls back: the operation that is just ending would undo that (the controller does it once it has ended).
#pragma once
#include "hooks/audit.hpp"
#include "hooks/failure_cause.hpp"

namespace drift::hooks {

// The alert comes first, since people wait for it; the record may fail for want of a key.
Recorded run_alert(const store::Run& run);

}  // namespace drift::hooks
