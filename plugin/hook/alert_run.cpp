#include "hook/alert_run.hpp"

#include <fmt/format.h>

#include "annotators/hooks_yaml.hpp"
#include "audit/canonical.hpp"
#include "hook/failed_objects.hpp"
#include "manifest/json.hpp"

namespace drift::hook {
namespace {

using annotators::Hook;
using annotators::set;

constexpr const char* alert_file = "failure.json";

std::string alert_json(const audit::Record& record) {
  audit::JsonObject json;
  json.text("application", record.application);
  json.text("cause", record.cause);
  json.text_if("drift", record.drift);
  json.json("failed", audit::json_list(record.failed, manifest::quoted));
  json.text_if("from", record.from);
  json.text("outcome", audit::outcome_name(record.outcome));
  json.text("planDigest", record.plan_digest);
  json.text("reason", record.reason);
  json.text_if("severity", record.severity);
  json.text("time", record.times.ended);
  json.text_if("to", record.to);
  return json.str();
}

// What the gate may have written there of the same drift stays.
void write_alert(const Run& run, const audit::Record& record) {
  rapidjson::Document alert;
  set(alert, {"metadata", "labels", "alert-type"}, "emergency");
  set(alert, {"metadata", "labels", "app.kubernetes.io/component"}, "emergency");
  set(alert, {"metadata", "labels", "app.kubernetes.io/managed-by"}, "drift-policy");
  set(alert, {"metadata", "labels", "app.kubernetes.io/name"}, "drift-policy");
  set(alert, {"metadata", "labels", "drift-policy.dev/source"}, run.names.prefix());
  set(alert, {"metadata", "labels", "drift-policy.dev/outcome"}, audit::outcome_name(record.outcome));
  set(alert, {"metadata", "annotations", "drift-policy.dev/application"}, run.application);
  set(alert, {"metadata", "annotations", "drift-policy.dev/cause"}, record.cause);
  set(alert, {"data", alert_file}, alert_json(record));
  const auto where = run.config_map(run.names.emergency());
  if (run.kubernetes.get(where)) {
    run.kubernetes.merge_patch(where, alert);
    return;
  }
  set(alert, {"apiVersion"}, "v1");
  set(alert, {"kind"}, "ConfigMap");
  set(alert, {"metadata", "name"}, run.names.emergency());
  set(alert, {"metadata", "namespace"}, run.space);
  run.kubernetes.create(where, alert);
}

}  // namespace

Recorded run_alert(const Run& run) {
  const Facts facts = gather(run, false);
  std::optional<JobResult> audit_job;
  if (const auto job = run.kubernetes.get(run.job_path(Hook::audit))) audit_job = job_result(*job);
  const Cause cause = cause_of(facts.gate, audit_job, run.plan_digest);
  audit::Record record = describe(run, facts, Hook::alert);
  record.cause = cause.word;
  record.reason = cause.reason;
  record.outcome = cause.outcome;
  if (cause.word == "applyFailed" && facts.plan) record.failed = failed_objects(*facts.plan, run.kubernetes);
  write_alert(run, record);
  Recorded recorded;
  recorded.line = append(run, record, recorded.warnings);
  return recorded;
}

}  // namespace drift::hook
