#include "annotators/hooks/roles.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "json/build.hpp"
#include "kube/sync.hpp"

namespace drift::annotators {
namespace {

constexpr std::string_view rbac_group = "rbac.authorization.k8s.io";
constexpr std::string_view rbac_version = "rbac.authorization.k8s.io/v1";
constexpr std::size_t largest_role = std::size_t{900}
                                     << 10;  // of the 1.5 MiB that etcd stores, with managedFields

using Rule = RoleRule;

rapidjson::Document role(const HookContext& context, Frame frame, const std::vector<Rule>& rules) {
  frame.api_version = rbac_version;
  frame.kind = "Role";
  auto object = new_object(context, frame);
  make_hook(object, "PreSync", ground_wave);
  set(object, {"rules"}, rule_list(rules, object));
  return object;
}

// Binds the Role of the same name to the accounts of these hooks.
rapidjson::Document binding(const HookContext& context, Frame frame, const std::vector<api::Hook>& hooks) {
  frame.api_version = rbac_version;
  frame.kind = "RoleBinding";
  auto object = new_object(context, frame);
  make_hook(object, "PreSync", ground_wave);
  set(object, {"roleRef", "apiGroup"}, rbac_group);
  set(object, {"roleRef", "kind"}, "Role");
  set(object, {"roleRef", "name"}, frame.name);
  rapidjson::Value subjects(rapidjson::kArrayType);
  auto& memory = object.GetAllocator();
  for (const auto hook : hooks) {
    rapidjson::Value subject(rapidjson::kObjectType);
    subject.AddMember("kind", "ServiceAccount", memory);
    subject.AddMember("name", text_value(context.account(hook), object), memory);
    if (!context.ns.empty()) subject.AddMember("namespace", text_value(context.ns, object), memory);
    subjects.PushBack(subject, memory);
  }
  set(object, {"subjects"}, std::move(subjects));
  return object;
}

Rule config_maps(std::vector<std::string> verbs, std::vector<std::string> names) {
  return {"", "configmaps", std::move(verbs), std::move(names)};
}

Rule jobs(std::string resource, std::vector<std::string> verbs, std::vector<std::string> names) {
  return {"batch", std::move(resource), std::move(verbs), std::move(names)};
}

// What a hook may do where it lives. Kubernetes can't restrict `create` by name.
std::vector<Rule> own_rules(const api::Names& names, api::Hook hook) {
  std::vector<std::string> records;
  records.reserve(api::record_slots);
  for (int slot = 0; slot < api::record_slots; ++slot) records.push_back(names.record(slot));
  const Rule create = config_maps({"create"}, {});
  const Rule keep_head = config_maps({"get", "update"}, {std::string(api::audit_head)});
  const Rule keep_records = config_maps({"get", "delete"}, std::move(records));
  switch (hook) {
    case api::Hook::gate:
      return {config_maps({"get"}, {names.plan(), names.base()}),
              config_maps({"get", "update"}, {names.report()}),
              config_maps({"get", "patch"}, {names.emergency()}),
              create,
              jobs("jobs", {"get", "watch", "patch"}, {names.of(api::Hook::gate)}),
              jobs("jobs/status", {"patch"}, {names.of(api::Hook::gate)})};
    case api::Hook::audit:
      return {config_maps({"get"}, {names.plan(), names.report()}),
              config_maps({"get", "patch"}, {names.base(), names.emergency()}),
              keep_head,
              keep_records,
              create,
              jobs("jobs", {"get"}, {names.of(api::Hook::gate)})};
    case api::Hook::alert:
      return {config_maps({"get"}, {names.plan(), names.base(), names.report()}),
              config_maps({"get", "patch"}, {names.emergency()}),
              keep_head,
              keep_records,
              create,
              jobs("jobs", {"get"}, {names.of(api::Hook::gate), names.of(api::Hook::audit)})};
  }
  return {};
}

void add_accounts(const HookContext& context, Objects& objects) {
  for (const auto hook : api::all_hooks) {
    const Frame frame{"v1", "ServiceAccount", context.ns, context.names.of(hook), api::hook_name(hook)};
    auto& account = objects.emplace_back(new_object(context, frame));
    make_hook(account, "PreSync", ground_wave);
    set(account, {"automountServiceAccountToken"},
        rapidjson::Value(false));  // the pods ask for it themselves
  }
  for (const auto hook : api::all_hooks) {
    const Frame frame{{}, {}, context.ns, context.names.of(hook), api::hook_name(hook)};
    objects.push_back(role(context, frame, own_rules(context.names, hook)));
    objects.push_back(binding(context, frame, {hook}));
  }
}

// The objects' names by namespace, and there by group and resource.
using Readable = std::map<std::string_view,
                          std::map<std::pair<std::string_view, std::string>, std::set<std::string_view>>>;

template <class Which>
Readable objects_of(const HookContext& context, const Which& which) {
  Readable all;
  for (const auto& planned : context.objects) {
    const auto& manifest = context.input.manifests.objects()[planned.object];
    if (which(planned, manifest))
      all[planned.ns][{manifest.group, planned.resource.plural}].insert(manifest.name);
  }
  return all;
}

// A hook of the author's whose failure the alert can name.
bool may_fail(const api::Planned& planned, const manifest::Manifest& manifest) {
  const auto phases = kube::phases_of(manifest);
  return planned.hook && (phases.pre_sync || phases.sync || phases.post_sync) &&
         planned.resource.namespaced && !planned.resource.plural.empty() && !manifest.name.empty() &&
         kube::tells_its_outcome(manifest.group, manifest.kind);
}

void add_reading(const HookContext& context, std::string_view ns, const std::string& name,
                 const Readable::mapped_type& resources, const std::vector<api::Hook>& hooks,
                 Objects& objects) {
  std::vector<Rule> rules;
  std::size_t size = 0;
  for (const auto& [resource, names] : resources) {
    rules.push_back({std::string(resource.first), resource.second, {"get"}, {names.begin(), names.end()}});
    for (const auto each : names) size += each.size() + 3;
  }
  if (size > largest_role)
    throw InputError(
        fmt::format("the names of the objects in namespace {} take {} KiB, more than a Role holds; "
                    "expected at most {} KiB: split "
                    "the application",
                    ns, size >> 10, largest_role >> 10));
  const Frame frame{{}, {}, ns, name, "read"};
  apply_on_server(objects.emplace_back(role(context, frame, rules)));
  objects.push_back(binding(context, frame, hooks));
}

}  // namespace

Objects role_objects(const HookContext& context) {
  Objects objects;
  if (!context.platform) add_accounts(context, objects);
  const auto hooks = objects_of(context, may_fail);
  for (const auto& [ns, resources] : objects_of(context, readable)) {
    add_reading(context, ns, context.names.read(ns), resources, {api::Hook::gate, api::Hook::alert}, objects);
    // Only where there is a Role anyway: another namespace may not be there before the gate. No namespace has a slash.
    if (const auto found = hooks.find(ns); found != hooks.end())
      add_reading(context, ns, context.names.read(fmt::format("{}/hooks", ns)), found->second,
                  {api::Hook::alert}, objects);
  }
  return objects;
}

rapidjson::Value rule_list(const std::vector<RoleRule>& rules, rapidjson::Document& document) {
  rapidjson::Value list(rapidjson::kArrayType);
  auto& memory = document.GetAllocator();
  for (const auto& rule : rules) {
    rapidjson::Value value(rapidjson::kObjectType);
    value.AddMember("apiGroups", text_list(std::vector{rule.group}, document), memory);
    value.AddMember("resources", text_list(std::vector{rule.resource}, document), memory);
    if (!rule.names.empty()) value.AddMember("resourceNames", text_list(rule.names, document), memory);
    value.AddMember("verbs", text_list(rule.verbs, document), memory);
    list.PushBack(value, memory);
  }
  return list;
}

std::vector<RoleRule> platform_rules(api::Hook hook) {
  using Verbs = std::set<std::string>;
  std::map<std::pair<std::string, std::string>, std::map<std::string, Verbs>> verbs;  // by name; "": any
  for (const auto& rule : own_rules(api::Names::with_prefix({}), hook)) {
    auto& names = verbs[{rule.group, rule.resource}];
    names[""].insert(rule.names.empty() ? rule.verbs.begin() : rule.verbs.end(), rule.verbs.end());
    for (const auto& name : rule.names)
      names[name.starts_with('-') ? std::string() : name].insert(rule.verbs.begin(), rule.verbs.end());
  }
  std::vector<RoleRule> rules;
  for (const auto& [resource, names] : verbs) {
    const auto& anyway = names.at("");  // whatever the name
    for (const auto& [name, all] : names) {
      std::vector<std::string> allowed(all.begin(), all.end());
      if (!name.empty()) std::erase_if(allowed, [&](const auto& verb) { return anyway.contains(verb); });
      if (allowed.empty()) continue;
      rules.push_back({resource.first, resource.second, std::move(allowed), {}});
      if (!name.empty()) rules.back().names = {name};
    }
  }
  return rules;
}

}  // namespace drift::annotators
