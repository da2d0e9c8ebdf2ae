#include "api/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"
#include "json/string.hpp"

namespace drift::api {
namespace {

constexpr std::array<std::string_view, 3> outcome_names = {"synced", "refused", "failed"};

std::string answer_json(const Answer& answer) {
  JsonObject json;
  json.text("action", answer.action);
  json.text("drift", answer.drift);
  json.text("person", answer.person);
  json.text("reason", answer.reason);
  return json.str();
}

std::string verdict_json(const Verdict& verdict) {
  JsonObject json;
  json.text("object", verdict.object);
  json.text("rule", verdict.rule);
  json.text("severity", verdict.severity);
  if (verdict.approval_severity != verdict.severity) json.text_if("demands", verdict.approval_severity);
  return json.str();
}

std::string times_json(const Times& times) {
  JsonObject json;
  json.text_if("changed", times.changed);
  json.text_if("decided", times.decided);
  json.text_if("detected", times.detected);
  json.text_if("ended", times.ended);
  return json.str();
}

// A JSON text in its one form; it was read from the cluster, so anything may stand there.
std::string raw(const std::string& json, const char* what) {
  return canonical(parse_json(what, json));
}

std::string whole(const Record& record, const std::vector<std::string>& left_out) {
  JsonObject json;
  json.text("application", record.application);
  json.text_if("cause", record.cause);
  json.text_if("changeSeverity", record.change_severity);
  json.text_if("demands", record.approval_severity);
  json.text_if("drift", record.drift);
  json.text("enforcement", record.enforcement);
  json.text_if("from", record.from);
  json.text_if("gate", record.gate);
  json.text_if("gateCause", record.gate_cause);
  json.text("hook", record.hook);
  json.text("outcome", outcome_name(record.outcome));
  json.text_if("path", record.path);
  json.text("planDigest", record.plan_digest);
  json.text_if("pluginVersion", record.plugin_version);
  json.text_if("policyDigest", record.policy_digest);
  json.text_if("project", record.project);
  json.text_if("reason", record.reason);
  json.text_if("repository", record.repository);
  json.text_if("severity", record.severity);
  json.text_if("state", record.state);
  json.json("times", times_json(record.times));
  json.text_if("to", record.to);
  json.number("version", record_version);
  json.json("answers", json_list(record.answers, answer_json));
  if (!record.failed.empty()) json.json("failed", json_list(record.failed, json_string));
  if (!record.missing.empty()) json.json("missing", json_list(record.missing, json_string));
  if (!record.verdicts.empty()) json.json("verdicts", json_list(record.verdicts, verdict_json));
  if (!record.report.empty()) json.json("report", raw(record.report, "the drift report"));
  if (!record.emergency.empty()) json.json("emergency", raw(record.emergency, "the alert"));
  if (!left_out.empty()) json.json("leftOut", json_list(left_out, json_string));
  return json.str();
}

void cut(std::string& text, std::size_t longest) {
  if (text.size() > longest) text.resize(longest);
}

std::vector<std::string> texts_of(const rapidjson::Value* list) {
  std::vector<std::string> texts;
  if (list == nullptr || !list->IsArray()) return texts;
  for (const auto& text : list->GetArray())
    if (text.IsString()) texts.emplace_back(text.GetString(), text.GetStringLength());
  return texts;
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

std::string record_json(Record record) {
  std::vector<std::string> left_out;
  const auto fits = [&] { return whole(record, left_out).size() <= longest_record; };
  // The largest and least needed first; the plan's digest says what the verdicts were.
  if (!fits() && !record.verdicts.empty()) {
    left_out.push_back(fmt::format("verdicts of {} objects", record.verdicts.size()));
    record.verdicts.clear();
  }
  if (!fits() && !record.emergency.empty()) {
    left_out.emplace_back("emergency");
    record.emergency.clear();
  }
  if (!fits() && !record.report.empty()) {
    left_out.push_back(fmt::format("drift report of {} KiB", record.report.size() >> 10));
    record.report.clear();
  }
  constexpr std::size_t most = 200;
  constexpr std::size_t longest_text = 1024;
  if (!fits()) {
    left_out.push_back(
        fmt::format("what is beyond {} answers and objects, and {} bytes of each", most, longest_text));
    record.answers.resize(std::min(record.answers.size(), most));
    for (auto& answer : record.answers) {
      cut(answer.person, longest_text);
      cut(answer.reason, longest_text);
    }
    record.failed.resize(std::min(record.failed.size(), most));
    for (auto& object : record.failed) cut(object, longest_text);
    cut(record.reason, longest_text);
  }
  return whole(record, left_out);
}

Record read_record(std::string_view text) {
  const auto json = parse_json("record", text);
  if (!json.IsObject() || number_of(json, "version") != record_version)
    throw InputError(fmt::format("record: expected version {}", record_version));
  Record record;
  record.application = text_of(json, "application");
  record.project = text_of(json, "project");
  record.repository = text_of(json, "repository");
  record.path = text_of(json, "path");
  record.from = text_of(json, "from");
  record.to = text_of(json, "to");
  record.hook = text_of(json, "hook");
  record.gate = text_of(json, "gate");
  const auto outcome = std::find(outcome_names.begin(), outcome_names.end(), text_of(json, "outcome"));
  if (outcome == outcome_names.end()) throw InputError("record: outcome: expected synced, refused or failed");
  record.outcome = static_cast<Outcome>(outcome - outcome_names.begin());
  record.cause = text_of(json, "cause");
  record.reason = text_of(json, "reason");
  record.drift = text_of(json, "drift");
  record.change_severity = text_of(json, "changeSeverity");
  record.severity = text_of(json, "severity");
  record.approval_severity = text_of(json, "demands");
  record.state = text_of(json, "state");
  record.gate_cause = text_of(json, "gateCause");
  record.missing = texts_of(find(json, {"missing"}));
  record.enforcement = text_of(json, "enforcement");
  record.plan_digest = text_of(json, "planDigest");
  record.policy_digest = text_of(json, "policyDigest");
  record.plugin_version = text_of(json, "pluginVersion");
  record.failed = texts_of(find(json, {"failed"}));
  if (const auto* report = find(json, {"report"})) record.report = canonical(*report);
  record.drift_reasons = texts_of(find(json, {"report", "reasons"}));
  if (const auto* answers = find(json, {"answers"}); answers != nullptr && answers->IsArray())
    for (const auto& answer : answers->GetArray())
      record.answers.push_back({text_of(answer, "action"), text_of(answer, "person"),
                                text_of(answer, "reason"), text_of(answer, "drift")});
  if (const auto* times = find(json, {"times"}))
    record.times = {text_of(*times, "changed"), text_of(*times, "detected"), text_of(*times, "decided"),
                    text_of(*times, "ended")};
  return record;
}

}  // namespace drift::api
