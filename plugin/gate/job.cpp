#include "gate/job.hpp"

#include <fmt/format.h>

#include "base/keys.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "json/build.hpp"
#include "json/read.hpp"

namespace drift::gate {
namespace {
using api::Hook;

constexpr int most_conflicts = 10;
constexpr std::size_t longest_message = 4096;

void read_annotations(const rapidjson::Value& job, GateJob& result) {
  const auto* annotations = find(job, {"metadata", "annotations"});
  if (annotations == nullptr || !annotations->IsObject()) return;
  for (const auto& entry : annotations->GetObject()) {
    const auto key = text_of(entry.name);
    if (key.starts_with(keys::prefix) && entry.value.IsString())
      result.annotations.emplace(key, text_of(entry.value));
  }
}

std::optional<Time> end_of(const rapidjson::Value& job, const GateJob& result) {
  const auto started = text_at(job, {"status", "startTime"});
  const auto begin = parse_time(started.empty() ? result.created : started);
  const auto* spec = find(job, {"spec"});
  const auto seconds = spec != nullptr ? number_of(*spec, "activeDeadlineSeconds") : 0;
  if (!begin || seconds == 0) return std::nullopt;
  return *begin + std::chrono::seconds(seconds);
}

// Kubernetes takes no patch that names another uid than the object has.
rapidjson::Document patch_of(const std::string& uid, const std::string& version) {
  rapidjson::Document patch;
  set(patch, {"metadata", "uid"}, uid);
  if (!version.empty()) set(patch, {"metadata", "resourceVersion"}, version);
  return patch;
}

// The Job's conditions, and one more. A merge patch replaces a list as a whole.
rapidjson::Value with_failure(const rapidjson::Value& job, const std::string& time,
                              const std::string& message, rapidjson::Document& patch) {
  auto& memory = patch.GetAllocator();
  rapidjson::Value conditions(rapidjson::kArrayType);
  const auto* existing = find(job, {"status", "conditions"});
  if (existing != nullptr && existing->IsArray()) conditions.CopyFrom(*existing, memory);
  rapidjson::Value failure(rapidjson::kObjectType);
  const auto add = [&](const char* key, std::string_view text) {
    failure.AddMember(rapidjson::Value(key, memory), text_value(text, patch), memory);
  };
  add("type", "FailureTarget");
  add("status", "True");
  add("reason", "DriftPolicyRefused");
  add("message", printable(message, longest_message));
  add("lastProbeTime", time);
  add("lastTransitionTime", time);
  conditions.PushBack(failure, memory);
  return conditions;
}

bool is_failing(const rapidjson::Value& job) {
  const auto* conditions = find(job, {"status", "conditions"});
  if (conditions == nullptr || !conditions->IsArray()) return false;
  for (const auto& condition : conditions->GetArray()) {
    const auto type = text_of(condition, "type");
    if (type == "FailureTarget" || type == "Failed" || type == "SuccessCriteriaMet" || type == "Complete")
      return true;
  }
  return false;
}

}  // namespace

std::string GateJob::note(const std::string& key) const {
  const auto found = annotations.find(key);
  return found == annotations.end() ? std::string() : found->second;
}

GateJob read_gate_job(const rapidjson::Value& job) {
  GateJob result;
  static_cast<api::GateResult&>(result) = api::gate_result(job);
  result.version = text_at(job, {"metadata", "resourceVersion"});
  result.account = text_at(job, {"spec", "template", "spec", "serviceAccountName"});
  read_annotations(job, result);
  result.through_argocd = split(result.note(keys::through_argocd), ' ');
  result.waiting_since = parse_time(result.note(keys::waiting_since));
  result.deadline_time = parse_time(result.deadline);
  result.end_by = end_of(job, result);
  return result;
}

GateJob annotate(const store::Run& run, const GateJob& job, const Notes& notes, bool unchanged) {
  auto patch = patch_of(job.uid, unchanged ? job.version : std::string());
  bool different = false;
  for (const auto& [key, value] : notes) {
    const auto found = job.annotations.find(key);
    const bool there = found != job.annotations.end();
    if (value ? there && found->second == *value : !there) continue;
    different = true;
    if (value)
      set(patch, {"metadata", "annotations", key}, *value);
    else
      set(patch, {"metadata", "annotations", key}, rapidjson::Value());
  }
  if (!different) return job;
  return read_gate_job(run.kubernetes.merge_patch(run.job_path(Hook::gate), patch));
}

void fail_job(const store::Run& run, const std::string& uid, const std::string& message) {
  auto status = run.job_path(Hook::gate);
  for (int conflicts = 0;; ++conflicts) {
    const auto job = run.kubernetes.get(run.job_path(Hook::gate));
    if (!job || api::job_result(*job).uid != uid || is_failing(*job)) return;
    auto patch = patch_of(uid, read_gate_job(*job).version);
    set(patch, {"status", "conditions"}, with_failure(*job, time_text(run.clock.now()), message, patch));
    status.subresource = "status";
    try {
      run.kubernetes.merge_patch(status, patch);
      return;
    } catch (const outside::ApiError& error) {
      if (!error.conflict() || conflicts == most_conflicts) throw;
    }
  }
}

}  // namespace drift::gate
