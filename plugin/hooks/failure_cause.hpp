// Why a sync failed, as far as its Jobs tell: a refusal is the policy or a person at work, a failure is something broken.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/gate_status.hpp"
#include "api/record.hpp"

namespace drift::hooks {

struct Cause {
  // One word:
  //   rejected       somebody said no
  //   timedOut       nobody answered in time
  //   refused        the policy holds this drift (stop), or the gate refused otherwise
  //   gateFailed     the gate itself could not do its work
  //   gateNotReached the sync failed before a gate of this plan ran
  //   auditFailed    everything was applied, but no record could be written
  //   hookFailed     a hook of the author's did
  //   applyFailed    the gate let it go on, and what followed went wrong
  std::string word;
  std::string reason;  // for people
  api::Outcome outcome = api::Outcome::failed;
};

// `plan_digest`: of this sync; Jobs of another one are none.
Cause cause_of(const std::optional<api::GateResult>& gate, const std::optional<api::JobResult>& audit,
               const std::string& plan_digest);

// Where that is applyFailed and hooks of the author's failed, as failed_hooks() names them.
Cause hook_failed(const std::vector<std::string>& hooks);

}  // namespace drift::hooks
