#include "hook/audit_run.hpp"

#include <fmt/format.h>

#include "hook/base.hpp"
#include "hook/emergency.hpp"
#include "hook/last_record.hpp"

namespace drift::hook {

namespace {

void warn_of_gate(const Run& run, std::string_view state, std::vector<std::string>& warnings) {
  const auto gate = run.space + "/" + run.names.of(annotators::Hook::gate);
  if (state == audit::state_missing)
    warnings.push_back(
        fmt::format("the gate's Job {} is missing; expected it to stay until the next sync. Who answered it "
                    "isn't known, and the record says so",
                    gate));
  if (state == audit::state_not_awaited)
    warnings.push_back(
        fmt::format("the sync did not wait for the gate's Job {}, which is still at work: Argo CD took an "
                    "earlier sync's Job for it. What was applied was not asked about, and the record says so",
                    gate));
}

}  // namespace

Recorded run_audit(const Run& run) {
  const Facts facts = gather(run, true);
  const auto record = describe(run, facts, annotators::Hook::audit);
  Recorded recorded;
  warn_of_gate(run, record.state, recorded.warnings);
  recorded.line = append(run, facts, record, recorded.warnings);
  write_base(run, *facts.plan, facts.plan_text, record_to_note(recorded.line, facts.base_record));
  resolve_emergency(run, facts.plan->revision, recorded.warnings);
  return recorded;
}

}  // namespace drift::hook
