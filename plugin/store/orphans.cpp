#include "store/orphans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/before.hpp"
#include "api/stored_text.hpp"
#include "base/error.hpp"
#include "json/canonical.hpp"
#include "json/fields.hpp"
#include "json/read.hpp"
#include "json/string.hpp"

namespace drift::store {
namespace {

using api::Plan;
using api::PlannedObject;
using api::Removed;
using api::RemovedObject;
using drift::json_list;
using drift::JsonObject;

constexpr int removed_version = 1;

void rate_anew(PlannedObject& object, const Plan& base, const Plan& plan) {
  object.severity = plan.rank_of(base, object.severity);
  object.approval_severity = plan.rank_of(base, object.approval_severity);
  for (auto& field : object.guarded) {
    field.severity = plan.rank_of(base, field.severity);
    field.approval_severity = plan.rank_of(base, field.approval_severity);
  }
}

std::string pointers_json(const std::vector<std::string>& pointers) {
  JsonObject json;
  json.json("pointers", json_list(pointers, json_string));
  return json.str();
}

std::string guarded_json(const policy::GuardedField& field, const Plan& plan) {
  JsonObject json;
  json.text("id", field.id);
  json.text("key", field.key);
  json.text("pointer", field.pointer);
  json.text("severity", plan.name(field.severity));
  json.text("demands", plan.name(field.approval_severity));
  if (field.value) json.text("value", *field.value);
  return json.str();
}

// As the plan has it.
std::string planned_json(const PlannedObject& object, const Plan& plan) {
  JsonObject json;
  json.text("group", object.group);
  json.text("version", object.version);
  json.text("kind", object.kind);
  json.text("resource", object.resource);
  json.text("namespace", object.ns);
  json.text("name", object.name);
  json.text("severity", plan.name(object.severity));
  json.text("demands", plan.name(object.approval_severity));
  json.text("rule", object.rule);
  json.json("wave", std::to_string(object.wave));
  if (object.before_gate) json.flag("beforeGate", true);
  if (!object.guarded.empty())
    json.json("guarded", json_list(object.guarded, [&](const policy::GuardedField& field) {
                return guarded_json(field, plan);
              }));
  if (!object.ignored.empty()) json.json("ignored", pointers_json(object.ignored));
  if (object.manifest) json.json("manifest", *object.manifest);
  return json.str();
}

std::string removed_object_json(const RemovedObject& removed, const Plan& plan) {
  JsonObject json;
  if (removed.hook) json.flag("hook", true);
  json.json("object", planned_json(removed.object, plan));
  json.text_if("recorded", removed.recorded);
  json.text("revision", removed.revision);
  return json.str();
}

// Times of one format sort as text.
bool later(const RemovedObject& a, const RemovedObject& b) {
  if (a.recorded != b.recorded) return a.recorded > b.recorded;
  return a.object.identity() < b.object.identity();
}

}  // namespace

Removed carry(const Plan& base, const Plan& plan) {
  std::set<std::string> known, hooks;
  analysis::BaseObjects before(plan, &base);
  for (const auto& object : plan.objects) {
    if (object.hook) hooks.insert(object.identity());
    if (!object.can_drift()) continue;
    known.insert(object.identity());
    // Another namespace is another object unless it is certain that it can't be.
    if (!object.guessed || object.ns.empty()) before.take(object);
  }
  Removed carried;
  carried.incomplete = base.removed.incomplete;
  const auto add = [&](RemovedObject removed) {
    if (!removed.object.can_drift() || !known.insert(removed.object.identity()).second) return;
    if (!before.left(removed.object)) return;  // the plan has it under another identity
    rate_anew(removed.object, base, plan);
    removed.hook = hooks.contains(removed.object.identity());
    carried.objects.push_back(std::move(removed));
  };
  for (const auto& object : base.objects) add({object, base.revision, base.written, false});
  for (const auto& removed : base.removed.objects) add(removed);
  std::sort(carried.objects.begin(), carried.objects.end(), later);
  return carried;
}

std::string removed_json(const Removed& removed, const Plan& plan) {
  JsonObject json;
  json.number("version", removed_version);
  if (removed.incomplete) json.flag("incomplete", true);
  json.json("objects", json_list(removed.objects, [&](const RemovedObject& object) {
              return removed_object_json(object, plan);
            }));
  return json.str() + '\n';
}

Removed read_removed(std::string_view json, const Plan& plan) {
  if (json.size() > longest_removed)
    throw InputError(fmt::format("{}: is {} KiB; expected at most {} KiB", removed_file, json.size() >> 10,
                                 longest_removed >> 10));
  const auto document = parse_json(removed_file, json);
  const Fields fields(document, std::string(removed_file) + ": ");
  if (const auto version = fields.number("version"); version < 1 || version > removed_version)
    fields.fail("version", fmt::format("at most {}: it was written by a newer release", removed_version));
  Removed removed;
  removed.incomplete = fields.flag("incomplete");
  for (const auto& object : fields.objects("objects"))
    removed.objects.push_back({api::read_planned_object(object.object("object"), plan),
                               object.text("revision"), object.text_or_empty("recorded"),
                               object.flag("hook")});
  return removed;
}

std::string store_removed(rapidjson::Document& config_map, Removed removed, const Plan& plan,
                          std::size_t room) {
  if (removed.objects.empty() && !removed.incomplete) return {};
  for (;;) {
    auto text = removed_json(removed, plan);
    const bool fits =
        text.size() <= longest_removed && api::try_to_store(config_map, removed_file, text, room).has_value();
    if (fits) return text;
    if (removed.objects.empty())
      throw InputError(fmt::format("{} has no room in the base's ConfigMap", removed_file));
    removed.incomplete = true;
    removed.objects.resize(removed.objects.size() - (removed.objects.size() + 7) / 8);
  }
}

}  // namespace drift::store
