#include "annotators/hooks/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "api/answer.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"
#include "json/build.hpp"

namespace drift::annotators {
namespace {

// Everything of a Job that is the same for all. It passes PodSecurity `restricted`; 999 is the image's user. A pod that is
// killed or evicted is replaced; exit codes 1 (refused) and 2 (wrong use) end the Job at once. There is no
// ttlSecondsAfterFinished: approvals stand on the gate's Job, and the audit reads them much later.
constexpr std::string_view job_spec = R"({
  "backoffLimit": 0,
  "activeDeadlineSeconds": 0,
  "podFailurePolicy": {"rules": [
    {"action": "FailJob", "onExitCodes": {"containerName": "hook", "operator": "In", "values": [1, 2]}},
    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]},
  "template": {
    "metadata": {},
    "spec": {
      "restartPolicy": "Never",
      "serviceAccountName": "",
      "automountServiceAccountToken": true,
      "enableServiceLinks": false,
      "nodeSelector": {"kubernetes.io/os": "linux"},
      "securityContext": {
        "runAsNonRoot": true, "runAsUser": 999, "runAsGroup": 999, "seccompProfile": {"type": "RuntimeDefault"}},
      "containers": []}}})";

constexpr std::string_view container_template = R"({
  "name": "hook",
  "image": "",
  "command": ["/usr/local/bin/drift-policy"],
  "args": [],
  "env": [
    {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
    {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
    {"name": "JOB_UID", "valueFrom": {"fieldRef": {
      "fieldPath": "metadata.labels['batch.kubernetes.io/controller-uid']"}}}],
  "resources": {},
  "securityContext": {
    "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
  "terminationMessagePolicy": "FallbackToLogsOnError"})";

constexpr std::string_view keys_folder = "/etc/drift-policy/audit-keys";

// What differs between the three.
struct JobSettings {
  api::Hook hook;
  std::string_view phase;
  std::int64_t wave;
  int retries;
  std::chrono::seconds deadline;
};

// What the application's severities demand of people, all together.
struct Approvals {
  unsigned required = 0;  // of the one that demands most
  std::chrono::seconds timeout{0};
  std::optional<std::chrono::seconds> escalate_after;
  // Who can say yes, by the word that the gate asks by (api/answer.hpp).
  std::vector<std::pair<std::string, const std::vector<std::string>*>> approvers;
  std::vector<std::string> through_argocd;  // of these words, where Argo CD may be who says it

  void add(const std::string& word, const policy::Approval& approval) {
    approvers.emplace_back(word, &approval.groups);
    if (approval.through_argocd) through_argocd.push_back(word);
  }

  void wait_for(const policy::Approval& approval) {
    required = std::max(required, approval.required);
    timeout = std::max(timeout, approval.timeout);
    escalate_after = earlier(escalate_after, approval.escalate_after);
  }
};

Approvals approvals_of(const HookContext& context) {
  const auto& policies = context.input.policies;
  const auto possible = api::possible_severities(policies, context.objects, context.input.verdicts);
  Approvals approvals;
  for (std::size_t rank = 0; rank < possible.size(); ++rank) {
    const auto& severity = policies.severities[rank];
    const auto action = severity.remediation.action;
    const bool waits = severity.approval.required > 0 || action == policy::Action::approve;
    if (possible[rank] && (waits || action == policy::Action::stop)) {
      approvals.add(severity.name, severity.approval);
      if (waits) approvals.wait_for(severity.approval);
    }
    // What leaves Git, or had another severity at the last success, is of a severity that no object here has.
    if (severity.changes) {
      approvals.add(api::asks_of_changes(severity.name), severity.changes->approval);
      approvals.wait_for(severity.changes->approval);
    }
  }
  return approvals;
}

// What the policy says, and the defaults for what it leaves out.
rapidjson::Value quantities(const policy::StringPairs& wanted, const policy::StringPairs& defaults,
                            rapidjson::Document& document) {
  rapidjson::Value value(rapidjson::kObjectType);
  for (const auto& [key, text] : policy::with_defaults(wanted, defaults))
    value.AddMember(text_value(key, document), text_value(text, document), document.GetAllocator());
  return value;
}

std::string image_of(const HookContext& context) {
  const auto& image = context.input.policies.hooks.image;
  if (image && !image->empty()) return *image;
  if (!context.input.application.image.empty()) return context.input.application.image;
  throw InputError(
      "the hooks have no image to run; expected hooks.image in the policy, or DRIFT_POLICY_IMAGE in the "
      "sidecar's environment (deploy/ sets it to the sidecar's own image)");
}

std::vector<std::string> arguments(const HookContext& context, api::Hook hook) {
  std::vector<std::string> args = {"hook",          std::string(api::hook_name(hook)),
                                   "--application", context.input.application.name,
                                   "--names",       context.names.prefix(),
                                   "--plan-digest", context.plan.digest};
  if (hook != api::Hook::gate) {
    args.insert(args.end(), {"--audit-keys", std::string(keys_folder)});
    // Elsewhere an application has a fixed number of names for its records.
    if (context.platform)
      for (auto& argument : retention(context.input.policies.hooks.records))
        args.push_back(std::move(argument));
  }
  if (context.observe()) args.emplace_back("--observe");
  return args;
}

rapidjson::Value container(const HookContext& context, api::Hook hook, rapidjson::Document& job) {
  const auto& hooks = context.input.policies.hooks;
  auto document = from_json(container_template);
  set(document, {"image"}, image_of(context));
  set(document, {"args"}, text_list(arguments(context, hook), document));
  set(document, {"resources", "requests"}, quantities(hooks.requests, policy::default_requests, document));
  set(document, {"resources", "limits"}, quantities(hooks.limits, policy::default_limits, document));
  if (hook != api::Hook::gate) {
    rapidjson::Document mounts = from_json(R"([{"name": "audit-keys", "mountPath": "", "readOnly": true}])");
    mounts[0]["mountPath"].SetString(keys_folder.data(),
                                     static_cast<rapidjson::SizeType>(keys_folder.size()));
    set(document, {"volumeMounts"}, rapidjson::Value(mounts, document.GetAllocator()));
  }
  return {document, job.GetAllocator()};
}

// Labels and annotations that keep service meshes from adding a sidecar, which would keep the Job from ending.
void keep_meshes_out(rapidjson::Document& job) {
  set(job, {"spec", "template", "metadata", "labels", "sidecar.istio.io/inject"}, "false");
  set(job, {"spec", "template", "metadata", "labels", "istio.io/dataplane-mode"}, "none");
  set(job, {"spec", "template", "metadata", "labels", "kuma.io/sidecar-injection"}, "disabled");
  set(job, {"spec", "template", "metadata", "annotations", "sidecar.istio.io/inject"}, "false");
  set(job, {"spec", "template", "metadata", "annotations", "linkerd.io/inject"}, "disabled");
  set(job, {"spec", "template", "metadata", "annotations", "kuma.io/sidecar-injection"}, "disabled");
  set(job, {"spec", "template", "metadata", "annotations", "consul.hashicorp.com/connect-inject"}, "false");
}

void add_volumes(api::Hook hook, rapidjson::Document& job) {
  if (hook == api::Hook::gate) return;
  auto volumes = from_json(R"([{"name": "audit-keys", "secret": {"secretName": "", "optional": true}}])");
  volumes[0]["secret"]["secretName"].SetString(api::audit_keys.data(),
                                               static_cast<rapidjson::SizeType>(api::audit_keys.size()));
  set(job, {"spec", "template", "spec", "volumes"}, rapidjson::Value(volumes, job.GetAllocator()));
}

rapidjson::Document job(const HookContext& context, const JobSettings& settings) {
  const auto name = api::hook_name(settings.hook);
  auto object = new_object(context, {"batch/v1", "Job", context.ns, context.names.of(settings.hook), name});
  make_hook(object, settings.phase, settings.wave);
  set(object, {"metadata", "annotations", keys::enforcement}, context.observe() ? "observe" : "enforce");
  set(object, {"metadata", "annotations", keys::severity}, context.severity_name());
  set(object, {"metadata", "annotations", keys::plan_digest}, context.plan.digest);
  const auto spec = from_json(job_spec);
  set(object, {"spec"}, rapidjson::Value(spec, object.GetAllocator()));
  object["spec"]["backoffLimit"].SetInt(settings.retries);
  object["spec"]["activeDeadlineSeconds"].SetInt64(settings.deadline.count());
  set(object, {"spec", "template", "metadata", "labels"}, common_labels(context, name, object));
  keep_meshes_out(object);
  set(object, {"spec", "template", "spec", "serviceAccountName"}, context.account(settings.hook));
  auto& containers = object["spec"]["template"]["spec"]["containers"];
  containers.PushBack(container(context, settings.hook, object), object.GetAllocator());
  add_volumes(settings.hook, object);
  rapidjson::Value secrets(rapidjson::kArrayType);
  for (const auto& secret : context.input.policies.hooks.image_pull_secrets) {
    rapidjson::Value reference(rapidjson::kObjectType);
    reference.AddMember("name", text_value(secret, object), object.GetAllocator());
    secrets.PushBack(reference, object.GetAllocator());
  }
  if (!secrets.Empty()) set(object, {"spec", "template", "spec", "imagePullSecrets"}, std::move(secrets));
  return object;
}

// What people and the controller see of a gate that waits. Fixed when the Job is made: the admission policy in deploy/ lets
// nobody change it, and ties each approval to the groups that stand here.
void write_approvals(const Approvals& approvals, rapidjson::Document& gate) {
  const auto annotate = [&](const std::string& key, std::string_view value) {
    set(gate, {"metadata", "annotations", key}, value);
  };
  for (const auto& [word, groups] : approvals.approvers)
    annotate(keys::approvers_prefix + word, fmt::format("{}", fmt::join(*groups, "\n")));
  annotate(keys::approvals_required, std::to_string(approvals.required));
  annotate(keys::through_argocd, fmt::format("{}", fmt::join(approvals.through_argocd, " ")));
  if (approvals.timeout.count() > 0) annotate(keys::approval_timeout, duration_text(approvals.timeout));
  if (approvals.escalate_after) annotate(keys::escalate_after, duration_text(*approvals.escalate_after));
}

}  // namespace

Objects job_objects(const HookContext& context) {
  using std::chrono::minutes;
  constexpr minutes work{
      10};  // to look at every object, or to write a record; also what a gate has beside waiting
  constexpr int gate_retries = 20;  // a crash each; Kubernetes waits longer each time, six minutes at last
  constexpr int retries = 6;
  const Approvals approvals = approvals_of(context);
  const auto waits = context.observe() ? std::chrono::seconds(0) : approvals.timeout;
  Objects jobs;
  jobs.push_back(job(context, {api::Hook::gate, "PreSync", gate_wave, gate_retries, waits + work}));
  write_approvals(approvals, jobs.back());
  jobs.push_back(job(context, {api::Hook::audit, "PostSync", audit_wave, retries, work}));
  jobs.push_back(job(context, {api::Hook::alert, "SyncFail", 0, retries, work}));
  return jobs;
}

std::vector<std::string> retention(const policy::Records& records) {
  std::vector<std::string> arguments = {"--keep-records",
                                        std::to_string(records.keep.value_or(policy::default_records))};
  if (records.keep_for) arguments.insert(arguments.end(), {"--keep-for", duration_text(*records.keep_for)});
  return arguments;
}

std::string duration_text(std::chrono::seconds duration) {
  const auto total = duration.count();
  std::string text;
  for (const auto& [size, unit] : {std::pair{3600, 'h'}, std::pair{60, 'm'}, std::pair{1, 's'}}) {
    const auto count = size == 3600 ? total / size : total / size % 60;
    if (count > 0) text += fmt::format("{}{}", count, unit);
  }
  return text.empty() ? "0s" : text;
}

}  // namespace drift::annotators
