#include "hook/gate_result.hpp"

#include <algorithm>
#include <tuple>

#include "json.hpp"

namespace drift::hook {
namespace {

std::string annotation(const rapidjson::Value& job, const char* key) {
  return text_at(job, {"metadata", "annotations", key});
}

// `<drift> <user name>: <reason>` under `approve.drift-policy.dev/<slug>-<drift>`; a user name may hold colons
// (`system:serviceaccount:…`), but none that a space follows.
void add_answer(std::string_view key, std::string_view value, std::vector<audit::Answer>& answers) {
  for (const std::string_view action : {"approve", "reject", "override"}) {
    const auto prefix = std::string(action) + ".drift-policy.dev/";
    const auto space = value.find(' ');
    const auto colon = value.find(": ", space == std::string_view::npos ? value.size() : space);
    if (!key.starts_with(prefix) || colon == std::string_view::npos) continue;
    answers.push_back({std::string(action), std::string(value.substr(space + 1, colon - space - 1)),
                       std::string(value.substr(colon + 2)), std::string(value.substr(0, space))});
  }
}

void read_job(const rapidjson::Value& job, JobResult& result) {
  result.uid = text_at(job, {"metadata", "uid"});
  result.created = text_at(job, {"metadata", "creationTimestamp"});
  result.plan_digest = annotation(job, "drift-policy.dev/plan-digest");
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
  result.state = annotation(job, "drift-policy.dev/state");
  result.reason = annotation(job, "drift-policy.dev/reason");
  result.drift = annotation(job, "drift-policy.dev/drift");
  result.severity = annotation(job, "drift-policy.dev/drift-severity");
  result.deadline = annotation(job, "drift-policy.dev/deadline");
  const auto* annotations = find(job, {"metadata", "annotations"});
  if (annotations == nullptr || !annotations->IsObject()) return result;
  for (const auto& entry : annotations->GetObject())
    if (entry.value.IsString())
      add_answer({entry.name.GetString(), entry.name.GetStringLength()},
                 {entry.value.GetString(), entry.value.GetStringLength()}, result.answers);
  std::sort(result.answers.begin(), result.answers.end(), [](const auto& a, const auto& b) {
    return std::tie(a.action, a.person, a.drift, a.reason) < std::tie(b.action, b.person, b.drift, b.reason);
  });
  return result;
}

}  // namespace drift::hook
