#include "api/orphans.hpp"

#include <fmt/format.h>

#include "api/planned_json.hpp"
#include "base/error.hpp"
#include "json/canonical.hpp"
#include "json/fields.hpp"
#include "json/read.hpp"

namespace drift::api {
namespace {

constexpr int orphans_version = 1;

std::string planned_json(const PlannedObject& object, const Plan& plan) {
  PlannedText text;
  text.group = object.group;
  text.version = object.version;
  text.kind = object.kind;
  text.resource = object.resource;
  text.ns = object.ns;
  text.name = object.name;
  text.rule = object.rule;
  text.severity = object.severity;
  text.approval_severity = object.approval_severity;
  text.wave = object.wave;
  text.before_gate = object.before_gate;
  text.guarded = &object.guarded;
  text.ignored = &object.ignored;
  if (object.manifest) text.manifest = *object.manifest;
  rapidjson::StringBuffer buffer;
  PlanWriter json(buffer);
  write_planned(json, text, plan.severities);
  return {buffer.GetString(), buffer.GetSize()};
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
