#include "hook/audit_run.hpp"

#include "annotators/hooks_yaml.hpp"
#include "hook/emergency.hpp"
#include "hook/stored_text.hpp"

namespace drift::hook {
namespace {

using annotators::set;

void write_base(const Run& run, const Facts& facts) {
  rapidjson::Document base;
  set(base, {"apiVersion"}, "v1");
  set(base, {"kind"}, "ConfigMap");
  set(base, {"metadata", "name"}, run.names.base());
  set(base, {"metadata", "namespace"}, run.space);
  set(base, {"metadata", "labels", "app.kubernetes.io/component"}, "base");
  set(base, {"metadata", "labels", "app.kubernetes.io/managed-by"}, "drift-policy");
  set(base, {"metadata", "labels", "app.kubernetes.io/name"}, "drift-policy");
  set(base, {"metadata", "labels", "drift-policy.dev/source"}, run.names.prefix());
  set(base, {"metadata", "annotations", "drift-policy.dev/application"}, run.application);
  set(base, {"metadata", "annotations", "drift-policy.dev/plan-digest"}, run.plan_digest);
  store_text(base, "plan.json", facts.plan_text, "the base");
  run.kubernetes.apply(run.config_map(run.names.base()), base);
}

}  // namespace

Recorded run_audit(const Run& run) {
  const Facts facts = gather(run, true);
  Recorded recorded;
  recorded.line = append(run, describe(run, facts, annotators::Hook::audit), recorded.warnings);
  write_base(run, facts);
  resolve_emergency(run, facts.plan->revision, recorded.warnings);
  return recorded;
}

}  // namespace drift::hook
