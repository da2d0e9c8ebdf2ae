// What the audit and the alert know of a sync that is over: the plan, what the gate found and decided, and what was the
// base. All of it is what others wrote down; what isn't of this sync is left out.
#pragma once
#include <optional>
#include <string>

#include "api/gate_status.hpp"
#include "api/plan.hpp"
#include "api/record.hpp"
#include "store/context.hpp"

namespace drift::hooks {

struct SyncFacts {
  std::string plan_text;  // empty: not there, or of another sync
  std::optional<api::Plan> plan;
  std::optional<api::GateResult> gate;
  std::string base_revision;  // empty: there was no base
  // The last record of the application, as base and alert have it noted (store/last_record.hpp).
  std::string base_record, alert_record;
  std::string report;     // JSON, of this sync; empty: none
  std::string emergency;  // JSON, of this sync; empty: none
};

// Throws InputError where the plan is of another sync and `must_have_plan`.
SyncFacts gather(const store::Run& run, bool must_have_plan);

// Everything of the record but how the sync ended.
api::Record describe(const store::Run& run, const SyncFacts& facts, api::Hook hook);

// Appends it to the chain; the line for standard output. `warnings` is added to.
std::string append(const store::Run& run, const SyncFacts& facts, const api::Record& record,
                   std::vector<std::string>& warnings);

}  // namespace drift::hooks
