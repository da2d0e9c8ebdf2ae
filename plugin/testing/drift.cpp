#include "testing/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/analyse.hpp"
#include "analysis/applied.hpp"
#include "analysis/managed_fields.hpp"
#include "annotators/hooks/hooks.hpp"
#include "api/plan.hpp"
#include "base/base64.hpp"
#include "gate/decision.hpp"
#include "json/build.hpp"
#include "json/members.hpp"
#include "json/read.hpp"
#include "kube/kinds.hpp"

namespace drift::testing {
namespace {

using analysis::LiveObject;
using gate::Decision;
using rapidjson::Value;

struct Identity {
  std::string_view group, kind, ns, name;
};

template <typename Object>
Identity identity_of(const Object& object) {
  return {object.group, object.kind, object.ns, object.name};
}

// RFC 7386, section 2.
void merge_patch(Value& target, const Value& patch, rapidjson::Document::AllocatorType& memory) {
  if (!patch.IsObject()) {
    target.CopyFrom(patch, memory);
    return;
  }
  if (!target.IsObject()) target.SetObject();
  for (const auto& entry : patch.GetObject()) {
    if (entry.value.IsNull()) {
      target.RemoveMember(entry.name);
      continue;
    }
    if (!target.HasMember(entry.name))
      target.AddMember(Value(entry.name, memory), Value(rapidjson::kNullType), memory);
    merge_patch(target[entry.name], entry.value, memory);
  }
}

// As the API server keeps it: the keys of stringData stand in data.
void keep_as_data(rapidjson::Document& secret) {
  auto& memory = secret.GetAllocator();
  const auto* strings = member(&secret, "stringData");
  if (!strings || !strings->IsObject()) return;
  rapidjson::Document patch(rapidjson::kObjectType, &memory);
  for (const auto& entry : strings->GetObject())
    set(patch, {"data", string_of(&entry.name)}, base64(string_of(&entry.value)));
  secret.RemoveMember("stringData");
  merge_patch(secret, patch, memory);
}

// Of a Secret the plan holds nothing, so the gate compares it with what Argo CD left on it when it applied it (analysis/secrets.hpp).
void mark_as_applied(rapidjson::Document& secret, const std::string& manifest) {
  const std::string annotation(analysis::last_applied_annotation);
  set(secret, {"metadata", "annotations", annotation}, manifest);
  rapidjson::Document manager(rapidjson::kObjectType, &secret.GetAllocator());
  set(manager, {"manager"}, analysis::argocd_manager);
  set(manager, {"operation"}, "Update");
  set(manager, {"fieldsType"}, "FieldsV1");
  set(manager, {"fieldsV1", "f:metadata", "f:annotations", "f:" + annotation}, Value(rapidjson::kObjectType));
  Value managers(rapidjson::kArrayType);
  managers.PushBack(Value(manager, secret.GetAllocator()), secret.GetAllocator());
  set(secret, {"metadata", "managedFields"}, std::move(managers));
}

// By place in Manifests::objects().
using Changes = std::map<std::size_t, const LiveChange*>;

Changes changes_of(const Drift& drift, const render::Rendered& rendered) {
  Changes changes;
  for (const auto& change : drift.changes) {
    std::string why;
    const auto object = find_object(rendered, change.object, why);
    if (!object) throw InputError(change.place, fmt::format("{}: {}", change.object, why));
    changes.emplace(*object, &change);
  }
  return changes;
}

// Whether that is what Argo CD makes of the manifest: without a namespace it is in the destination's, or in none.
bool is_object(const render::Rendered& rendered, const manifest::Manifest& manifest, const Identity& object) {
  if (manifest.kind != object.kind || manifest.group != object.group || manifest.name != object.name)
    return false;
  const std::string_view ns = manifest.ns.empty() ? std::string_view(rendered.application.ns) : manifest.ns;
  return object.ns == ns ||
         (object.ns.empty() &&
          kube::scope_of(object.group, object.kind, rendered.policies.kinds) != kube::Scope::namespaced);
}

LiveObject live_of(const render::Rendered& rendered, const Changes& changes,
                   const api::PlannedObject& planned) {
  const auto& objects = rendered.manifests->objects();
  // The last of equals, as the plan and Argo CD take it.
  const auto found = std::find_if(objects.rbegin(), objects.rend(), [&](const auto& manifest) {
    return is_object(rendered, manifest, identity_of(planned));
  });
  if (found == objects.rend()) return {LiveObject::Found::absent, {}};
  const auto manifest = found->object.json();
  const bool secret = planned.group.empty() && planned.kind == "Secret";
  LiveObject live{LiveObject::Found::present, parse_json("manifest", manifest)};
  if (secret) keep_as_data(live.object);
  if (secret) mark_as_applied(live.object, manifest);
  const auto change = changes.find(static_cast<std::size_t>(objects.rend() - found) - 1);
  if (change == changes.end()) return live;
  if (change->second->patch.empty()) return {LiveObject::Found::absent, {}};
  merge_patch(live.object, parse_json("patch", change->second->patch), live.object.GetAllocator());
  if (secret) keep_as_data(live.object);
  return live;
}

std::string sync_word(const Decision& decision) {
  switch (decision.step) {
    case Decision::Step::pass:
      return "passes";
    case Decision::Step::wait:
      return "waits";
    default:
      return "refused";
  }
}

std::string severity_of(const render::Rendered& rendered, const api::Report& report, std::size_t object) {
  const auto& manifest = rendered.manifests->objects()[object];
  const auto found = std::find_if(report.objects.begin(), report.objects.end(), [&](const auto& reported) {
    return is_object(rendered, manifest, identity_of(reported));
  });
  return found == report.objects.end() || !api::is_drift(*found) ? "none" : found->severity;
}

Outcome judge_object(const Check& check, const render::Rendered& rendered, const api::Report& report) {
  Outcome outcome{check, "no such object", {}, false};
  if (const auto object = find_object(rendered, check.object, outcome.why))
    outcome.actual = severity_of(rendered, report, *object);
  outcome.passed = outcome.actual == check.expected;
  return outcome;
}

Outcome judge_sync(const Check& check, const api::Report& report, const Decision& decision) {
  Outcome outcome{check, {}, decision.reason, false};
  if (check.aspect == Aspect::severity) outcome.actual = report.severity.empty() ? "none" : report.severity;
  if (check.aspect == Aspect::sync) outcome.actual = sync_word(decision);
  if (check.aspect == Aspect::approvals)
    outcome.actual = std::to_string(decision.asking ? decision.asking->needed : 0);
  outcome.passed = outcome.actual == check.expected;
  return outcome;
}

}  // namespace

std::vector<Outcome> judge_drift(const Drift& drift, const render::Rendered& rendered) {
  const auto changes = changes_of(drift, rendered);
  const auto plan = api::read_plan(annotators::plan(render::input_of(rendered)));
  const auto report = analysis::analyse(
      plan, &plan, [&](const api::PlannedObject& planned) { return live_of(rendered, changes, planned); });
  const std::vector<api::Answer> nobody;
  const std::vector<std::string> none;
  const auto decision = gate::decide({plan, report, nobody, none, plan.observe, Time{}, std::nullopt, none});
  std::vector<Outcome> outcomes;
  outcomes.reserve(drift.checks.size());
  for (const auto& check : drift.checks)
    outcomes.push_back(check.object.empty() ? judge_sync(check, report, decision)
                                            : judge_object(check, rendered, report));
  return outcomes;
}

}  // namespace drift::testing
