#include "hooks/sync_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/plan_object.hpp"
#include "api/stored_text.hpp"
#include "base/time.hpp"
#include "json/read.hpp"
#include "store/base.hpp"
#include "store/config_map.hpp"
#include "store/last_record.hpp"
#include "store/plan.hpp"

namespace drift::hooks {
namespace {

using api::Hook;

constexpr std::size_t longest_report = std::size_t{4} << 20;

std::optional<rapidjson::Document> config_map(const store::Run& run, const std::string& name) {
  return run.kubernetes.get(run.config_map(name));
}

// When the plan was made: "" where it isn't there.
std::string read_plan_of(const store::Run& run, bool must_have_plan, SyncFacts& facts) {
  const auto object = config_map(run, run.names.plan());
  if (!object && must_have_plan)
    throw InputError(fmt::format("the plan, ConfigMap {}/{}, is not there", run.ns, run.names.plan()));
  if (!object) return {};
  try {
    facts.plan = store::read_own_plan(*object, run);
    facts.plan_text = api::plan_text(*object);
  } catch (const InputError&) {
    if (must_have_plan) throw;
    facts.plan.reset();
  }
  return text_at(*object, {"metadata", "creationTimestamp"});
}

// Argo CD makes the plan anew with each sync, and the gate a wave later. So a gate older than its plan is that of an earlier
// sync, where this one didn't get that far.
bool is_of_earlier_sync(const api::GateResult& gate, const std::string& plan_made) {
  const auto made = parse_time(plan_made);
  const auto created = parse_time(gate.created);
  return made && created && *created < *made;
}

// A base that can't be used is none: the gate says so too.
void read_base_of(const store::Run& run, SyncFacts& facts) {
  const auto base = store::read_base(run);
  facts.base_revision = base.plan ? base.plan->revision : std::string();
  facts.base_record = base.record;
}

// The JSON under a name in a ConfigMap of this application, if it says that it is of this plan.
std::string of_this_plan(const store::Run& run, const std::optional<rapidjson::Document>& object,
                         const std::string& file) {
  if (!object || !store::why_not_of(run.application, *object).empty()) return {};
  try {
    auto text = api::stored_text(*object, file, longest_report);
    if (text.empty() || text_of(parse_json(file, text), "planDigest") != run.plan_digest) return {};
    return text;
  } catch (const InputError&) {
    return {};
  }
}

// Of two syncs of one plan the earlier one's report and alert may still stand there, where this one's gate wrote none: it had
// nothing to alert of, or didn't get that far.
void leave_out_stale(SyncFacts& facts) {
  if (!facts.gate) return;
  const auto says = [](const std::string& json, const char* key) {
    return json.empty() ? std::string() : text_of(parse_json("report.json", json), key);
  };
  if (says(facts.report, "drift") != facts.gate->drift) facts.report.clear();
  if (const auto gate = says(facts.emergency, "gate"); !gate.empty() && gate != facts.gate->uid)
    facts.emergency.clear();
}

// The earliest of all `last: {time: …}`, the last change of a field that drifted. Times of one format sort as text.
void earliest_change(const rapidjson::Value& value, std::string& earliest) {
  if (value.IsArray())
    for (const auto& element : value.GetArray()) earliest_change(element, earliest);
  if (!value.IsObject()) return;
  if (const auto* last = find(value, {"last"})) {
    const auto time = text_of(*last, "time");
    if (!time.empty() && (earliest.empty() || time < earliest)) earliest = time;
  }
  for (const auto& member : value.GetObject()) earliest_change(member.value, earliest);
}

std::vector<api::Verdict> verdicts_of(const api::Plan& plan) {
  std::vector<api::Verdict> verdicts;
  for (const auto& object : plan.objects)
    if (!object.hook)
      verdicts.push_back(
          {object.display(), plan.name(object.severity), plan.name(object.approval_severity), object.rule});
  return verdicts;
}

void describe_plan(const api::Plan& plan, api::Record& record) {
  record.project = plan.project;
  record.repository = plan.repository;
  record.path = plan.path;
  record.to = plan.revision;
  record.enforcement = plan.observe ? "observe" : "enforce";
  record.policy_digest = plan.policy_digest;
  record.plugin_version = plan.plugin_version;
  record.verdicts = verdicts_of(plan);
}

// What the gate says on its Job that it wrote, and isn't there as it wrote it. Its drift stands on the Job too.
void describe_missing(const SyncFacts& facts, api::Record& record) {
  if (facts.report.empty() && !facts.gate->drift.empty()) {
    record.drift = facts.gate->drift;
    record.severity = facts.gate->severity;
    record.missing.emplace_back("report");
  }
  if (facts.emergency.empty() && facts.gate->alerted) record.missing.emplace_back("alert");
}

}  // namespace

SyncFacts gather(const store::Run& run, bool must_have_plan) {
  SyncFacts facts;
  const auto plan_made = read_plan_of(run, must_have_plan, facts);
  read_base_of(run, facts);
  if (const auto job = run.kubernetes.get(run.job_path(Hook::gate))) {
    facts.gate = api::gate_result(*job);
    if (!store::why_not_of(run.application, *job).empty() || facts.gate->plan_digest != run.plan_digest ||
        is_of_earlier_sync(*facts.gate, plan_made))
      facts.gate.reset();
  }
  facts.report = of_this_plan(run, config_map(run, run.names.report()), "report.json");
  const auto alert = config_map(run, run.names.emergency());
  if (alert && store::why_not_of(run.application, *alert).empty())
    facts.alert_record = store::noted_record(*alert);
  facts.emergency = of_this_plan(run, alert, "emergency.json");
  leave_out_stale(facts);
  return facts;
}

api::Record describe(const store::Run& run, const SyncFacts& facts, Hook hook) {
  api::Record record;
  record.application = run.application;
  record.hook = api::hook_name(hook);
  record.plan_digest = run.plan_digest;
  record.from = facts.base_revision;
  if (facts.plan) describe_plan(*facts.plan, record);
  record.report = facts.report;
  record.emergency = facts.emergency;
  if (!facts.report.empty()) {
    const auto report = parse_json("report.json", facts.report);
    record.drift = text_of(report, "drift");
    record.severity = text_of(report, "severity");
    record.approval_severity = text_of(report, "demands");
    earliest_change(report, record.times.changed);
  }
  if (facts.gate) {
    record.gate = facts.gate->uid;
    const bool awaited = hook != Hook::audit || facts.gate->end != api::JobResult::End::running;
    record.state = awaited ? std::string(api::gate_state_name(facts.gate->state)) : api::state_not_awaited;
    record.gate_cause = facts.gate->cause;
    record.change_severity = facts.gate->change_severity;
    describe_missing(facts, record);
    record.answers = facts.gate->answers;
    record.times.detected = facts.gate->created;
    record.times.decided = facts.gate->ended;
  } else if (hook == Hook::audit) {
    record.state = api::state_missing;  // it was there, or nothing had been applied
  }
  record.times.ended = time_text(run.clock.now());
  return record;
}

std::string append(const store::Run& run, const SyncFacts& facts, const api::Record& record,
                   std::vector<std::string>& warnings) {
  const std::string sync = run.job.empty() ? record.hook + ":" + record.gate : run.job;
  store::RecordChain ledger(run.kubernetes, run.clock, run.random, run.keys,
                            {run.ns, run.application, run.names.prefix(), run.platform, run.retention,
                             store::last_known(facts.base_record, facts.alert_record)});
  std::string line = ledger.append(sync, api::record_json(record));
  warnings.insert(warnings.end(), ledger.warnings().begin(), ledger.warnings().end());
  return line;
}

}  // namespace drift::hooks
