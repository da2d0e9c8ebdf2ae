#include "api/orphans.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "json/canonical.hpp"
#include "json/fields.hpp"
#include "json/read.hpp"
#include "json/string.hpp"

namespace drift::api {
namespace {

constexpr int orphans_version = 1;

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

std::string orphan_json(const Orphan& orphan, const Plan& plan) {
  JsonObject json;
  if (orphan.hook) json.flag("hook", true);
  json.json("object", planned_json(orphan.object, plan));
  json.text_if("recorded", orphan.recorded);
  json.text("revision", orphan.revision);
  return json.str();
}

}  // namespace

std::string orphans_json(const Orphans& orphans, const Plan& plan) {
  JsonObject json;
  json.number("version", orphans_version);
  if (orphans.incomplete) json.flag("incomplete", true);
  json.json("objects",
            json_list(orphans.objects, [&](const Orphan& orphan) { return orphan_json(orphan, plan); }));
  return json.str() + '\n';
}

Orphans read_orphans(std::string_view json, const Plan& plan) {
  if (json.size() > longest_orphans)
    throw InputError(fmt::format("{}: is {} KiB; expected at most {} KiB", orphans_file, json.size() >> 10,
                                 longest_orphans >> 10));
  const auto document = parse_json(orphans_file, json);
  const Fields fields(document, std::string(orphans_file) + ": ");
  if (const auto version = fields.number("version"); version < 1 || version > orphans_version)
    fields.fail("version", fmt::format("at most {}: it was written by a newer release", orphans_version));
  Orphans orphans;
  orphans.incomplete = fields.flag("incomplete");
  for (const auto& object : fields.objects("objects"))
    orphans.objects.push_back({read_planned_object(object.object("object"), plan), object.text("revision"),
                               object.text_or_empty("recorded"), object.flag("hook")});
  return orphans;
}

}  // namespace drift::api
