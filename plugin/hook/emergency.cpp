#include "hook/emergency.hpp"

#include "annotators/hooks_yaml.hpp"
#include "hook/look_for.hpp"

namespace drift::hook {
namespace {

using annotators::set;

rapidjson::Document object_of(const Run& run, const EmergencyPart& part) {
  rapidjson::Document alert;
  set(alert, {"metadata", "labels", "alert-type"}, "emergency");
  set(alert, {"metadata", "labels", "app.kubernetes.io/component"}, "emergency");
  set(alert, {"metadata", "labels", "app.kubernetes.io/managed-by"}, "drift-policy");
  set(alert, {"metadata", "labels", "app.kubernetes.io/name"}, "drift-policy");
  set(alert, {"metadata", "labels", "drift-policy.dev/source"}, run.names.prefix());
  for (const auto& [key, value] : part.labels) set(alert, {"metadata", "labels", key}, value);
  set(alert, {"metadata", "annotations", "drift-policy.dev/application"}, run.application);
  for (const auto& [key, value] : part.annotations) set(alert, {"metadata", "annotations", key}, value);
  set(alert, {"data", part.file}, part.json);
  return alert;
}

void remove_earlier(rapidjson::Document& patch) {
  set(patch, {"metadata", "labels", "drift-policy.dev/outcome"}, rapidjson::Value());
  set(patch, {"metadata", "annotations", "drift-policy.dev/cause"}, rapidjson::Value());
  set(patch, {"data", failure_file}, rapidjson::Value());
}

}  // namespace

void write_emergency(const Run& run, const EmergencyPart& part) {
  const auto where = run.config_map(run.names.emergency());
  if (!look_for(run.kubernetes, where)) {
    auto alert = object_of(run, part);
    set(alert, {"apiVersion"}, "v1");
    set(alert, {"kind"}, "ConfigMap");
    set(alert, {"metadata", "name"}, run.names.emergency());
    set(alert, {"metadata", "namespace"}, run.space);
    try {
      run.kubernetes.create(where, alert);
      return;
    } catch (const outside::ApiError& error) {
      if (!error.conflict()) throw;
    }
  }
  auto patch = object_of(run, part);
  if (part.begins) remove_earlier(patch);
  run.kubernetes.merge_patch(where, patch);
}

}  // namespace drift::hook
