#include "api/plan_json.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "api/planned_json.hpp"

namespace drift::api {
namespace {

std::size_t manifests_size(const std::vector<Planned>& objects) {
  return std::accumulate(objects.begin(), objects.end(), std::size_t{0},
                         [](std::size_t sum, const Planned& planned) {
                           return sum + (planned.manifest ? planned.manifest->size() : 0);
                         });
}

bool has_digests(const Planned& planned) {
  return planned.manifest && planned.digests;
}

bool has_cases(const policy::Verdict& verdict) {
  return std::any_of(verdict.guarded.begin(), verdict.guarded.end(),
                     [](const policy::GuardedField& field) { return !field.cases.empty(); });
}

int version_of(const std::vector<Planned>& objects, const std::vector<policy::Verdict>& verdicts) {
  if (std::any_of(objects.begin(), objects.end(),
                  [&](const Planned& planned) { return has_cases(verdicts[planned.object]); }))
    return plan_version;
  return std::any_of(objects.begin(), objects.end(), has_digests) ? 2 : 1;
}

PlannedText planned_text(const Planned& planned, const manifest::Manifest& manifest,
                         const policy::Verdict& verdict, std::string_view destination) {
  static const std::vector<std::string> replicas = {"/spec/replicas"};
  PlannedText text;
  text.group = manifest.group;
  text.version = manifest.version;
  text.kind = manifest.kind;
  text.resource = planned.resource.plural;
  text.ns = planned.ns;
  text.name = manifest.name;
  text.rule = verdict.rule;
  text.severity = verdict.severity;
  text.approval_severity = verdict.approval_severity;
  text.wave = planned.wave;
  text.hook = planned.hook;
  text.before_gate = planned.before_gate;
  text.guarded = &verdict.guarded;
  if (planned.autoscaled) text.ignored = &replicas;
  if (planned.resource.guessed) text.guessed_ns = manifest.ns.empty() ? destination : manifest.ns;
  if (planned.manifest) text.manifest = *planned.manifest;
  return text;
}

std::vector<std::string> changed_words(const policy::ChangeApproval& changes) {
  std::vector<std::string> words;
  for (const auto& [word, wanted] : policy::change_words)
    if (changes.*wanted) words.emplace_back(word);
  return words;
}

void write_approval(PlanWriter& json, const policy::Approval& approval,
                    const policy::ChangeApproval* changes = nullptr) {
  json.Key("approval");
  json.StartObject();
  json.seconds("escalateAfterSeconds", approval.escalate_after);
  if (changes) json.flag("firstSync", changes->first_sync);
  json.texts("groups", approval.groups);
  if (changes) json.texts("of", changed_words(*changes));
  json.Key("required");
  json.Uint(approval.required);
  json.Key("throughArgoCD");
  json.Bool(approval.through_argocd);
  json.seconds("timeoutSeconds", approval.timeout);
  json.EndObject();
}

void write_remediation(PlanWriter& json, const policy::Remediation& remediation) {
  json.Key("remediation");
  json.StartObject();
  json.text("action", action_name(remediation.action));
  json.seconds("cooldownSeconds", remediation.cooldown);
  if (remediation.max_retries) {
    json.Key("maxRetries");
    json.Uint(*remediation.max_retries);
  }
  json.Key("rollbackOnFailure");
  json.Bool(remediation.rollback_on_failure);
  json.EndObject();
}

void write_severity(PlanWriter& json, const policy::Severity& severity) {
  json.StartObject();
  write_approval(json, severity.approval);
  if (severity.changes) {
    json.Key("changes");
    json.StartObject();
    write_approval(json, severity.changes->approval, &*severity.changes);
    json.EndObject();
  }
  json.text("name", severity.name);
  json.texts("notify", severity.notify);
  write_remediation(json, severity.remediation);
  json.EndObject();
}

}  // namespace

std::string plan_json(const PlanHeader& header, const policy::PolicySet& policies,
                      const manifest::Manifests& manifests, const std::vector<policy::Verdict>& verdicts,
                      const std::vector<Planned>& objects) {
  rapidjson::StringBuffer buffer;
  buffer.Reserve(manifests_size(objects) + 1'000 * objects.size());
  PlanWriter json(buffer);
  json.StartObject();
  json.text("application", header.application);
  json.text("destinationNamespace", header.destination);
  json.text("enforcement", policies.enforcement == policy::Enforcement::observe ? "observe" : "enforce");
  json.text("hooksNamespace", header.hooks_ns);
  json.Key("objects");
  json.StartArray();
  for (const auto& planned : objects)
    write_planned(json,
                  planned_text(planned, manifests.objects()[planned.object], verdicts[planned.object],
                               header.destination),
                  policies.severities);
  json.EndArray();
  json.text("path", header.path);
  if (policies.platform_digest != policies.digest)
    json.text("platformPolicyDigest", policies.platform_digest);
  json.text("pluginVersion", DRIFT_VERSION);
  json.text("policyDigest", policies.digest);
  json.text("project", header.project);
  json.text("repository", without_credentials(header.repository));
  json.text("revision", header.revision);
  json.Key("severities");
  json.StartArray();
  for (const auto& severity : policies.severities) write_severity(json, severity);
  json.EndArray();
  json.text("severity", severity_name(highest_severity(objects, verdicts), policies.severities));
  json.Key("version");
  json.Int(version_of(objects, verdicts));
  json.EndObject();
  buffer.Put('\n');
  return {buffer.GetString(), buffer.GetSize()};
}

std::string_view action_name(policy::Action action) {
  constexpr std::array<std::string_view, 4> names = {"autoSync", "approve", "restore", "stop"};
  return names[static_cast<std::size_t>(action)];
}

std::string without_credentials(std::string_view repository) {
  const auto scheme = repository.find("://");
  if (scheme == std::string_view::npos) return std::string(repository);
  const auto begin = scheme + 3;
  const auto authority = repository.substr(begin, repository.find_first_of("/?#", begin) - begin);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(repository);
  // `ssh://git@…` is an account's name; of http even the name may be a token.
  if (!repository.starts_with("http") && authority.substr(0, at).find(':') == std::string_view::npos)
    return std::string(repository);
  return std::string(repository.substr(0, begin)).append(repository.substr(begin + at + 1));
}

}  // namespace drift::api
