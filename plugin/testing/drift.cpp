#include "testing/drift.hpp"

#include <fmt/format.h>

#include <map>

#include "analysis/analyse.hpp"
#include "analysis/applied.hpp"
#include "analysis/managed_fields.hpp"
#include "annotators/hooks/hooks.hpp"
#include "api/plan.hpp"
#include "api/planned.hpp"
#include "base/base64.hpp"
#include "gate/decision.hpp"
#include "json/build.hpp"
#include "json/members.hpp"
#include "json/merge_patch.hpp"
#include "json/read.hpp"
#include "kube/kinds.hpp"
#include "kube/object_display.hpp"

namespace drift::testing {
namespace {

using analysis::LiveObject;
using gate::Decision;
using rapidjson::Value;

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

template <typename Object>
std::string identity_of(const Object& object, std::string_view ns) {
  return kube::object_identity(object.group, object.kind, ns, object.name);
}

// Where the plan's objects are in Manifests::objects().
using Places = std::map<std::string, std::size_t>;

Places places_of(const render::Rendered& rendered) {
  Places places;
  const auto& manifests = *rendered.manifests;
  for (const auto& planned : api::planned_objects(rendered.policies, manifests, rendered.verdicts,
                                                  rendered.injected, rendered.application.ns))
    places.emplace(identity_of(manifests.objects()[planned.object], planned.ns), planned.object);
  return places;
}

LiveObject live_of(const manifest::Manifest& wanted, const LiveChange* change) {
  if (change && change->patch.empty()) return {LiveObject::Found::absent, {}};
  const auto manifest = wanted.object.json();
  const bool secret = kube::is_secret(wanted.group, wanted.kind);
  LiveObject live{LiveObject::Found::present, parse_json("manifest", manifest)};
  if (secret) keep_as_data(live.object);
  if (secret) mark_as_applied(live.object, manifest);
  if (!change) return live;
  merge_patch(live.object, parse_json("patch", change->patch), live.object.GetAllocator());
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

// What drift counts as, by the object's place.
using Severities = std::map<std::size_t, std::string>;

Severities severities_of(const api::Report& report, const Places& places) {
  Severities severities;
  for (const auto& object : report.objects)
    if (api::is_drift(object)) severities.emplace(places.at(identity_of(object, object.ns)), object.severity);
  return severities;
}

Outcome judge_object(const Check& check, const render::Rendered& rendered, const Severities& severities) {
  Outcome outcome{check, "no such object", {}, false};
  if (const auto object = find_object(rendered, check.object, outcome.why)) {
    const auto found = severities.find(*object);
    outcome.actual = found == severities.end() ? "none" : found->second;
  }
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
  const auto places = places_of(rendered);
  const auto live = [&](const api::PlannedObject& planned) {
    const auto place = places.at(identity_of(planned, planned.ns));
    const auto change = changes.find(place);
    return live_of(rendered.manifests->objects()[place], change == changes.end() ? nullptr : change->second);
  };
  const auto plan = api::read_plan(annotators::plan(render::input_of(rendered)));
  const auto report = analysis::analyse(plan, &plan, live);
  const auto severities = severities_of(report, places);
  const auto decision = gate::decide_unanswered(plan, report, Time{});
  std::vector<Outcome> outcomes;
  outcomes.reserve(drift.checks.size());
  for (const auto& check : drift.checks)
    outcomes.push_back(check.object.empty() ? judge_sync(check, report, decision)
                                            : judge_object(check, rendered, severities));
  return outcomes;
}

}  // namespace drift::testing
