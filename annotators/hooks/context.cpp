#include "annotators/hooks/context.hpp"

#include <algorithm>
#include <set>

#include "base/keys.hpp"
#include "json/build.hpp"
#include "kube/sync.hpp"

namespace drift::annotators {
namespace {

bool is_namespace(const manifest::Manifest& manifest) {
  return manifest.group.empty() && manifest.kind == "Namespace";
}

// Argo CD creates a namespace before the first object in it, and in that object's wave (sync_tasks.go, adjustDeps). So
// the manifests of namespaces that hold a hook of ours are applied before the gate looks.
void mark_early_namespaces(HookContext& context) {
  const auto& manifests = context.input.manifests.objects();
  const std::string& destination = context.input.application.ns;
  std::set<std::string_view> spaces = {context.ns.empty() ? std::string_view(destination) : context.ns};
  for (const auto& planned : context.objects)
    if (readable(planned, manifests[planned.object]))
      spaces.insert(planned.ns.empty() ? destination : planned.ns);
  for (auto& planned : context.objects) {
    const auto& manifest = manifests[planned.object];
    planned.before_gate = is_namespace(manifest) && spaces.contains(manifest.name);
  }
}

}  // namespace

std::string HookContext::account(api::Hook hook) const {
  return platform ? api::platform_account(hook, severity_name()) : names.of(hook);
}

bool readable(const api::Planned& planned, const manifest::Manifest& manifest) {
  return !planned.hook && planned.resource.namespaced && !planned.resource.plural.empty() &&
         !manifest.name.empty();
}

HookContext make_context(const Input& input, const std::vector<bool>& skip) {
  const auto& application = input.application;
  HookContext context{.input = input, .names = api::Names(application), .objects = {}, .ns = {}, .plan = {}};
  context.objects =
      api::planned_objects(input.policies, input.manifests, input.verdicts, skip, application.ns);
  context.severity = api::highest_severity(context.objects, input.verdicts);
  const auto& policies = input.policies;
  const bool some = policies.hooks_from < policies.severities.size();  // else they are switched off
  context.builtin = !context.objects.empty() &&
                    (context.severity >= policies.hooks_from || (some && policies.asks_about_removals()));
  context.platform = input.policies.hooks.ns.has_value();
  context.ns = context.platform ? std::string_view(*input.policies.hooks.ns) : application.ns;
  if (context.builtin) mark_early_namespaces(context);
  return context;
}

rapidjson::Value common_labels(const HookContext& context, std::string_view component,
                               rapidjson::Document& document) {
  policy::StringPairs labels = {{"app.kubernetes.io/component", std::string(component)},
                                {"app.kubernetes.io/managed-by", "drift-policy"},
                                {"app.kubernetes.io/name", "drift-policy"},
                                {keys::source, context.names.prefix()}};
  for (const auto& label : context.input.policies.hooks.labels) {
    const auto same = [&](const auto& other) { return other.first == label.first; };
    if (std::none_of(labels.begin(), labels.end(), same)) labels.push_back(label);
  }
  rapidjson::Value value(rapidjson::kObjectType);
  for (const auto& [key, text] : labels)
    value.AddMember(text_value(key, document), text_value(text, document), document.GetAllocator());
  return value;
}

rapidjson::Document new_object(const HookContext& context, const Frame& frame) {
  rapidjson::Document object;
  set(object, {"apiVersion"}, frame.api_version);
  set(object, {"kind"}, frame.kind);
  set(object, {"metadata", "name"}, frame.name);
  if (!frame.ns.empty()) set(object, {"metadata", "namespace"}, frame.ns);
  set(object, {"metadata", "labels"}, common_labels(context, frame.component, object));
  set(object, {"metadata", "annotations", keys::application}, context.input.application.name);
  return object;
}

void make_hook(rapidjson::Document& object, std::string_view phase, std::int64_t wave) {
  set(object, {"metadata", "annotations", kube::hook_annotation}, phase);
  set(object, {"metadata", "annotations", "argocd.argoproj.io/hook-delete-policy"}, "BeforeHookCreation");
  set(object, {"metadata", "annotations", kube::wave_annotation}, std::to_string(wave));
}

void apply_on_server(rapidjson::Document& object) {
  set(object, {"metadata", "annotations", "argocd.argoproj.io/sync-options"}, "ServerSideApply=true");
}

}  // namespace drift::annotators
