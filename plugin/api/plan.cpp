#include "api/plan.hpp"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <limits>

#include "api/cases_json.hpp"
#include "api/plan_json.hpp"
#include "api/planned_json.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "json/fields.hpp"
#include "json/read.hpp"
#include "kube/object_display.hpp"

namespace drift::api {
namespace {

std::string json_text(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::optional<std::chrono::seconds> seconds(const Fields& fields, const char* key) {
  const auto number = fields.optional_number(key);
  if (!number) return std::nullopt;
  if (*number < 0) fields.fail(key, "seconds, 0 or more");
  return std::chrono::seconds(*number);
}

unsigned small_count(const Fields& fields, const char* key) {
  const auto number = fields.number(key);
  if (number < 0 || number > std::numeric_limits<int>::max()) fields.fail(key, "a count");
  return static_cast<unsigned>(number);
}

policy::Action read_action(const Fields& fields, const char* key) {
  const auto name = fields.text(key);
  for (const auto action :
       {policy::Action::auto_sync, policy::Action::approve, policy::Action::restore, policy::Action::stop})
    if (action_name(action) == name) return action;
  fields.fail(key, "autoSync, approve, restore or stop");
}

policy::Approval read_approval(const Fields& fields) {
  policy::Approval approval;
  approval.required = small_count(fields, "required");
  approval.groups = fields.texts("groups");
  if (const auto timeout = seconds(fields, "timeoutSeconds")) approval.timeout = *timeout;
  approval.escalate_after = seconds(fields, "escalateAfterSeconds");
  approval.through_argocd = fields.flag("throughArgoCD");
  return approval;
}

policy::ChangeApproval read_change_approval(const Fields& fields) {
  policy::ChangeApproval changes{read_approval(fields), false, false, false, fields.flag("firstSync")};
  for (const auto& text : fields.texts("of")) {
    const auto* found = std::find_if(policy::change_words.begin(), policy::change_words.end(),
                                     [&](const auto& word) { return word.first == text; });
    if (found == policy::change_words.end()) fields.fail("of", "changed, added or removed");
    changes.*found->second = true;
  }
  return changes;
}

policy::Severity read_severity(const Fields& fields) {
  policy::Severity severity;
  severity.name = fields.text("name");
  severity.notify = fields.texts("notify");
  const auto remediation = fields.object("remediation");
  severity.remediation.action = read_action(remediation, "action");
  severity.remediation.cooldown = seconds(remediation, "cooldownSeconds");
  if (remediation.find("maxRetries"))
    severity.remediation.max_retries = small_count(remediation, "maxRetries");
  severity.remediation.rollback_on_failure = remediation.flag("rollbackOnFailure");
  severity.approval = read_approval(fields.object("approval"));
  if (fields.find("changes"))
    severity.changes = read_change_approval(fields.object("changes").object("approval"));
  return severity;
}

void read_header(const Fields& fields, Plan& plan) {
  plan.application = fields.text("application");
  plan.project = fields.text("project");
  plan.revision = fields.text("revision");
  plan.repository = fields.text("repository");
  plan.path = fields.text("path");
  plan.destination = fields.text("destinationNamespace");
  plan.hooks_ns = fields.text("hooksNamespace");
  plan.plugin_version = fields.text("pluginVersion");
  plan.policy_digest = fields.text("policyDigest");
  plan.platform_policy_digest = fields.text_or_empty("platformPolicyDigest");
  if (plan.platform_policy_digest.empty()) plan.platform_policy_digest = plan.policy_digest;
  const auto enforcement = fields.text("enforcement");
  if (enforcement != "enforce" && enforcement != "observe") fields.fail("enforcement", "enforce or observe");
  plan.observe = enforcement == "observe";
}

// A base of an earlier release may not say it.
policy::Health read_health(const Fields& fields) {
  const auto name = fields.text_or_empty("health");
  if (name.empty()) return policy::Health::none;
  const auto* found = std::find(health_names.begin(), health_names.end(), name);
  if (found == health_names.end()) fields.fail("health", "none, progressing, degraded or suspended");
  return static_cast<policy::Health>(found - health_names.begin());
}

policy::GuardedField read_guarded(const Fields& fields, const Plan& plan) {
  policy::GuardedField guarded;
  guarded.id = fields.text("id");
  guarded.key = fields.text("key");
  guarded.pointer = fields.text("pointer");
  if (!guarded.pointer.starts_with('/')) fields.fail("pointer", "a JSON pointer");
  guarded.severity = read_rank(fields, "severity", plan);
  guarded.approval_severity = read_rank(fields, "demands", plan);
  guarded.value = fields.optional_text("value");
  guarded.health = read_health(fields);
  guarded.cases = read_cases(fields, plan);
  return guarded;
}

std::vector<std::string> read_pointers(const Fields& fields) {
  auto pointers = fields.texts("pointers");
  for (const auto& pointer : pointers)
    if (!pointer.starts_with('/')) fields.fail("pointers", "JSON pointers");
  return pointers;
}

Plan read_fields(const Fields& fields) {
  // A base may be of an earlier release; the plan of this sync, which has the digest that the Job was told, never is.
  if (const auto version = fields.number("version"); version < 1 || version > plan_version)
    fields.fail("version", fmt::format("at most {}: it was written by a newer release", plan_version));
  Plan plan;
  read_header(fields, plan);
  for (const auto& severity : fields.objects("severities"))
    plan.severities.push_back(read_severity(severity));
  if (plan.severities.empty()) fields.fail("severities", "at least one");
  plan.severity = read_rank(fields, "severity", plan);
  for (const auto& object : fields.objects("objects"))
    plan.objects.push_back(read_planned_object(object, plan));
  return plan;
}

}  // namespace

policy::Rank read_rank(const Fields& fields, const char* key, const Plan& plan) {
  const auto found = plan.rank(fields.text(key));
  if (!found) fields.fail(key, "one of the plan's severities");
  return *found;
}

std::string PlannedObject::display() const {
  return kube::object_display(kind, ns, name);
}

std::string PlannedObject::identity() const {
  return kube::object_identity(group, kind, ns, name);
}

std::optional<policy::Rank> Plan::rank(std::string_view name) const {
  for (policy::Rank rank = 0; rank < severities.size(); ++rank)
    if (severities[rank].name == name) return rank;
  return std::nullopt;
}

policy::Rank Plan::rank_of(const Plan& other, policy::Rank rank_there) const {
  return rank(other.name(rank_there)).value_or(severities.size() - 1);
}

PlannedObject read_planned_object(const Fields& fields, const Plan& plan) {
  PlannedObject object;
  object.group = fields.text("group");
  object.version = fields.text("version");
  object.kind = fields.text("kind");
  object.resource = fields.text("resource");
  object.ns = fields.text("namespace");
  object.name = fields.text("name");
  object.severity = read_rank(fields, "severity", plan);
  object.approval_severity = read_rank(fields, "demands", plan);
  object.rule = fields.text("rule");
  object.wave = fields.number("wave");
  object.hook = fields.flag("hook");
  object.before_gate = fields.flag("beforeGate");
  for (const auto& field : fields.objects("guarded")) object.guarded.push_back(read_guarded(field, plan));
  if (fields.find("ignored")) object.ignored = read_pointers(fields.object("ignored"));
  if (fields.find("guessed")) {
    object.guessed = true;
    object.written_ns = fields.object("guessed").text("namespace");
  }
  if (const auto* manifest = fields.find("manifest")) {
    if (!manifest->IsObject()) fields.fail("manifest", "an object");
    object.manifest = json_text(*manifest);
  }
  return object;
}

Plan read_plan(std::string_view json) {
  if (json.size() > longest_plan)
    throw InputError(fmt::format("{}: is {} MiB; expected at most {} MiB", plan_file, json.size() >> 20,
                                 longest_plan >> 20));
  const auto document = parse_json(plan_file, json);
  Plan plan = read_fields(Fields(document, std::string(plan_file) + ": "));
  plan.digest = "sha256:" + sha256_hex(json);
  return plan;
}

}  // namespace drift::api
