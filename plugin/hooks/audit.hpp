// `hook audit`, after a sync that succeeded: the record, and the base of the next sync.
//
// The record comes first. It names the revision that the application comes from, which is the base's: once the new base is
// written nobody knows it any more. And nothing becomes what drift is measured against that isn't in a record. Killed in
// between, the next pod finds its record and writes the base; if no pod gets that far the sync fails, and the old base
// makes the next gate compare more, never less.
#pragma once
#include <string>
#include <vector>

#include "hooks/sync_facts.hpp"

namespace drift::hooks {

// The record's line for standard output.
struct Recorded {
  std::string line;
  std::vector<std::string> warnings;
};

// Throws InputError where the plan isn't that of this sync any more.
Recorded run_audit(const store::Run& run);

}  // namespace drift::hooks
