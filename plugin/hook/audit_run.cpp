#include "hook/audit_run.hpp"

#include "hook/base.hpp"
#include "hook/emergency.hpp"

namespace drift::hook {

Recorded run_audit(const Run& run) {
  const Facts facts = gather(run, true);
  Recorded recorded;
  recorded.line = append(run, describe(run, facts, annotators::Hook::audit), recorded.warnings);
  write_base(run, *facts.plan, facts.plan_text);
  resolve_emergency(run, facts.plan->revision, recorded.warnings);
  return recorded;
}

}  // namespace drift::hook
