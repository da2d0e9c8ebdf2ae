#include "api/gate_status.hpp"

#include <algorithm>
#include <tuple>

#include "base/keys.hpp"
#include "json/read.hpp"

namespace drift::api {
namespace {

std::string annotation(const rapidjson::Value& job, const char* key) {
  return text_at(job, {"metadata", "annotations", key});
}

// `<drift> <user name>: <reason>` under `approve.drift-policy.dev/<slug>-<drift>`; a user name may hold colons
// (`system:serviceaccount:…`), but none that a space follows.
void read_answer(std::string_view key, std::string_view value, GateResult& result) {
  for (const std::string_view action : {"approve", "reject", "override"}) {
    if (!key.starts_with(std::string(action) + keys::answer_suffix)) continue;
    result.answer_keys.emplace_back(key);
    const auto space = value.find(' ');
    const auto colon = value.find(": ", space == std::string_view::npos ? value.size() : space);
    if (colon == std::string_view::npos) continue;
    result.answers.push_back({std::string(action), std::string(value.substr(space + 1, colon - space - 1)),
                              std::string(value.substr(colon + 2)), std::string(value.substr(0, space))});
  }
}

void read_job(const rapidjson::Value& job, JobResult& result) {
  result.uid = text_at(job, {"metadata", "uid"});
  result.created = text_at(job, {"metadata", "creationTimestamp"});
  result.plan_digest = annotation(job, keys::plan_digest);
  const auto* conditions = find(job, {"status", "conditions"});
  if (conditions == nullptr || !conditions->IsArray()) return;
  for (const auto& condition : conditions->GetArray()) {
    const auto type = text_of(condition, "type");
    if (text_of(condition, "status") != "True" || (type != "Complete" && type != "Failed")) continue;
    result.end = type == "Complete" ? JobResult::End::complete : JobResult::End::failed;
    result.ended = text_of(condition, "lastTransitionTime");
    result.why = text_of(condition, "reason");
    result.message = text_of(condition, "message");
  }
}

}  // namespace

JobResult job_result(const rapidjson::Value& job) {
  JobResult result;
  read_job(job, result);
  return result;
}

GateResult gate_result(const rapidjson::Value& job) {
  GateResult result;
  read_job(job, result);
  result.state = gate_state_of(annotation(job, keys::state));
  result.reason = annotation(job, keys::reason);
  result.cause = annotation(job, keys::cause);
  result.drift = annotation(job, keys::drift);
  result.severity = annotation(job, keys::drift_severity);
  result.change_severity = annotation(job, keys::change_severity);
  result.deadline = annotation(job, keys::deadline);
  result.alerted = !annotation(job, keys::alert).empty();
  const auto* annotations = find(job, {"metadata", "annotations"});
  if (annotations == nullptr || !annotations->IsObject()) return result;
  for (const auto& entry : annotations->GetObject())
    read_answer(text_of(entry.name), text_of(entry.value), result);
  std::sort(result.answers.begin(), result.answers.end(), [](const auto& a, const auto& b) {
    return std::tie(a.action, a.person, a.drift, a.reason) < std::tie(b.action, b.person, b.drift, b.reason);
  });
  return result;
}

}  // namespace drift::api
