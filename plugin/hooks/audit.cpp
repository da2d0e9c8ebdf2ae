#include "hooks/audit.hpp"

#include <fmt/format.h>

#include "store/alert.hpp"
#include "store/base.hpp"
#include "store/last_record.hpp"

namespace drift::hooks {

namespace {

void warn_of_gate(const store::Run& run, std::string_view state, std::vector<std::string>& warnings) {
  const auto gate = run.ns + "/" + run.names.of(api::Hook::gate);
  if (state == api::state_missing)
    warnings.push_back(
        fmt::format("the gate's Job {} is missing; expected it to stay until the next sync. Who answered it "
                    "isn't known, and the record says so",
                    gate));
  if (state == api::state_not_awaited)
    warnings.push_back(
        fmt::format("the sync did not wait for the gate's Job {}, which is still at work: Argo CD took an "
                    "earlier sync's Job for it. What was applied was not asked about, and the record says so",
                    gate));
}

}  // namespace

Recorded run_audit(const store::Run& run) {
  const SyncFacts facts = gather(run, true);
  const auto record = describe(run, facts, api::Hook::audit);
  Recorded recorded;
  warn_of_gate(run, record.state, recorded.warnings);
  recorded.line = append(run, facts, record, recorded.warnings);
  store::write_base(run, *facts.plan, facts.plan_text,
                    store::record_to_note(recorded.line, facts.base_record));
  store::resolve_emergency(run, facts.plan->revision, recorded.warnings);
  return recorded;
}

}  // namespace drift::hooks
