#include "api/planned_json.hpp"

#include <cstring>

#include "api/cases_json.hpp"
#include "json/string.hpp"

namespace drift::api {
namespace {

void write_guarded(PlanWriter& json, const policy::GuardedField& field,
                   const std::vector<policy::Severity>& severities) {
  json.StartObject();
  write_cases(json, field.cases, severities);
  json.text("demands", severity_name(field.approval_severity, severities));
  json.text("health", health_names[static_cast<std::size_t>(field.health)]);
  json.text("id", field.id);
  json.text("key", field.key);
  json.text("pointer", field.pointer);
  json.text("severity", severity_name(field.severity, severities));
  if (field.value) json.text("value", *field.value);
  json.EndObject();
}

void write_all_guarded(PlanWriter& json, const std::vector<policy::GuardedField>& fields,
                       const std::vector<policy::Severity>& severities) {
  json.Key("guarded");
  json.StartArray();
  for (const auto& field : fields) write_guarded(json, field, severities);
  json.EndArray();
}

}  // namespace

void PlanWriter::text(const char* key, std::string_view value) {
  Key(key);
  this->value(value);
}

void PlanWriter::texts(const char* key, const std::vector<std::string>& values) {
  Key(key);
  StartArray();
  for (const auto& value : values) this->value(value);
  EndArray();
}

void PlanWriter::seconds(const char* key, std::optional<std::chrono::seconds> value) {
  if (!value) return;
  Key(key);
  Int64(value->count());
}

void PlanWriter::flag(const char* key, bool value) {
  if (!value) return;
  Key(key);
  Bool(true);
}

// RawValue() copies it character by character, and manifests are most of a plan.
void PlanWriter::object(const char* key, std::string_view json) {
  Key(key);
  Prefix(rapidjson::kObjectType);
  std::memcpy(os_->Push(json.size()), json.data(), json.size());
  EndValue(true);
}

void PlanWriter::value(std::string_view text) {
  const auto quoted = json_string(text);
  RawValue(quoted.data(), quoted.size(), rapidjson::kStringType);
}

std::string_view severity_name(policy::Rank rank, const std::vector<policy::Severity>& severities) {
  return rank < severities.size() ? std::string_view(severities[rank].name) : std::string_view();
}

void write_planned(PlanWriter& json, const PlannedText& object,
                   const std::vector<policy::Severity>& severities) {
  json.StartObject();
  json.flag("beforeGate", object.before_gate);
  json.text("demands", severity_name(object.approval_severity, severities));
  json.text("group", object.group);
  if (object.guarded && !object.guarded->empty()) write_all_guarded(json, *object.guarded, severities);
  if (object.guessed_ns) {
    json.Key("guessed");
    json.StartObject();
    json.text("namespace", *object.guessed_ns);
    json.EndObject();
  }
  json.flag("hook", object.hook);
  if (object.ignored && !object.ignored->empty()) {
    json.Key("ignored");
    json.StartObject();
    json.texts("pointers", *object.ignored);
    json.EndObject();
  }
  json.text("kind", object.kind);
  if (object.manifest) json.object("manifest", *object.manifest);
  json.text("name", object.name);
  json.text("namespace", object.ns);
  json.text("resource", object.resource);
  json.text("rule", object.rule);
  json.text("severity", severity_name(object.severity, severities));
  json.text("version", object.version);
  json.Key("wave");
  json.Int64(object.wave);
  json.EndObject();
}

}  // namespace drift::api
