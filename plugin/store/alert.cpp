#include "store/alert.hpp"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "base/keys.hpp"
#include "base/time.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"
#include "store/config_map.hpp"
#include "store/last_record.hpp"

namespace drift::store {
namespace {

rapidjson::Document object_of(const Run& run, const EmergencyPart& part) {
  auto alert = new_config_map(run.ns, run.names.emergency(), "emergency");
  mark(alert, run.names.prefix(), run.application);
  set(alert, {"metadata", "labels", "alert-type"}, "emergency");
  for (const auto& [key, value] : part.labels) set(alert, {"metadata", "labels", key}, value);
  for (const auto& [key, value] : part.annotations) set(alert, {"metadata", "annotations", key}, value);
  set(alert, {"data", part.file}, part.json);
  return alert;
}

// What stands there beside the JSON, by who writes it: the gate, the alert, the audit.
constexpr std::pair<const char*, const char*> of_the_gate[] = {
    {"labels", keys::severity},
    {"annotations", keys::drift},
    {"annotations", keys::gate},
};
constexpr std::pair<const char*, const char*> of_the_failure[] = {
    {"labels", keys::outcome},
    {"annotations", keys::cause},
};
constexpr std::pair<const char*, const char*> of_the_end[] = {
    {"labels", keys::resolved}, {"annotations", keys::resolved_at}, {"annotations", keys::resolved_revision}};

// By merge patch: it takes fields away whoever owns them, which server-side apply would not.
void remove_marks(rapidjson::Document& patch, std::span<const std::pair<const char*, const char*>> marks) {
  for (const auto& [map, key] : marks) set(patch, {"metadata", map, key}, rapidjson::Value());
}

void remove_other_part(rapidjson::Document& patch, const std::string& file) {
  const bool gate = file == emergency_file;
  set(patch, {"data", gate ? failure_file : emergency_file}, rapidjson::Value());
  gate ? remove_marks(patch, of_the_failure) : remove_marks(patch, of_the_gate);
}

}  // namespace

void write_emergency(const Run& run, const EmergencyPart& part) {
  const auto where = run.config_map(run.names.emergency());
  if (!outside::look_for(run.kubernetes, where)) {
    try {
      run.kubernetes.create(where, object_of(run, part));
      return;
    } catch (const outside::ApiError& error) {
      if (!error.conflict()) throw;
    }
  }
  auto patch = object_of(run, part);
  if (part.begins) remove_other_part(patch, part.file);
  remove_marks(patch, of_the_end);
  run.kubernetes.merge_patch(where, patch);
}

void note_on_alert(const Run& run, const std::string& record, std::vector<std::string>& warnings) {
  if (record.empty()) return;
  rapidjson::Document patch;
  note_record(patch, record);
  try {
    run.kubernetes.merge_patch(run.config_map(run.names.emergency()), patch);
  } catch (const outside::ApiError& error) {
    warnings.push_back(fmt::format("the record could not be noted on the alert: {}", error.what()));
  }
}

void resolve_emergency(const Run& run, const std::string& revision, std::vector<std::string>& warnings) {
  const auto where = run.config_map(run.names.emergency());
  const auto alert = outside::look_for(run.kubernetes, where);
  if (!alert) return;
  if (text_at(*alert, {"metadata", "labels", keys::resolved}) == "true") return;
  rapidjson::Document patch;
  // That very alert: none that was written since is said to be over.
  set(patch, {"metadata", "resourceVersion"}, text_at(*alert, {"metadata", "resourceVersion"}));
  set(patch, {"metadata", "labels", keys::resolved}, "true");
  set(patch, {"metadata", "annotations", keys::resolved_at}, time_text(run.clock.now()));
  set(patch, {"metadata", "annotations", keys::resolved_revision}, revision);
  try {
    run.kubernetes.merge_patch(where, patch);
  } catch (const outside::ApiError& error) {
    warnings.push_back(fmt::format("the alert could not be marked as resolved: {}", error.what()));
  }
}

}  // namespace drift::store
