#include "hooks/alert.hpp"

#include <fmt/format.h>

#include "base/keys.hpp"
#include "hooks/failed_hooks.hpp"
#include "hooks/failed_objects.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"
#include "store/alert.hpp"
#include "store/config_map.hpp"
#include "store/last_record.hpp"

namespace drift::hooks {
namespace {

using api::Hook;

std::string alert_json(const api::Record& record) {
  JsonObject json;
  json.text("application", record.application);
  json.text("cause", record.cause);
  json.text_if("drift", record.drift);
  json.json("failed", json_list(record.failed, json_string));
  json.text_if("from", record.from);
  json.text_if("gateCause", record.gate_cause);
  json.text("outcome", api::outcome_name(record.outcome));
  json.text("planDigest", record.plan_digest);
  json.text("reason", record.reason);
  json.text_if("severity", record.severity);
  json.text("time", record.times.ended);
  json.text_if("to", record.to);
  return json.str();
}

void write_alert(const store::Run& run, const api::Record& record) {
  store::EmergencyPart part;
  part.file = store::failure_file;
  part.json = alert_json(record);
  part.labels = {{keys::outcome, std::string(api::outcome_name(record.outcome))}};
  part.annotations = {{keys::cause, record.cause}};
  part.begins = record.emergency.empty();
  store::write_emergency(run, part);
}

// What went wrong once the gate had let the sync go on: `failed`, and a better cause where a hook is it.
void look_closer(const store::Run& run, const SyncFacts& facts, Cause& cause,
                 std::vector<std::string>& failed) {
  failed = failed_hooks(*facts.plan, facts.gate->created, run.kubernetes);
  if (!failed.empty()) cause = hook_failed(failed);
  for (auto& object : failed_objects(*facts.plan, run.kubernetes)) failed.push_back(std::move(object));
}

}  // namespace

Recorded run_alert(const store::Run& run) {
  const SyncFacts facts = gather(run, false);
  std::optional<api::JobResult> audit_job;
  if (const auto job = run.kubernetes.get(run.job_path(Hook::audit)))
    if (store::why_not_of(run.application, *job).empty()) audit_job = api::job_result(*job);
  Cause cause = cause_of(facts.gate, audit_job, run.plan_digest);
  api::Record record = describe(run, facts, Hook::alert);
  if (cause.word == "applyFailed" && facts.plan) look_closer(run, facts, cause, record.failed);
  record.cause = cause.word;
  record.reason = cause.reason;
  record.outcome = cause.outcome;
  write_alert(run, record);
  Recorded recorded;
  recorded.line = append(run, facts, record, recorded.warnings);
  store::note_on_alert(run, store::record_to_note(recorded.line, facts.alert_record), recorded.warnings);
  return recorded;
}

}  // namespace drift::hooks
