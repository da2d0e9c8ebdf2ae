#include "controller/operation.hpp"

#include "base/keys.hpp"
#include "controller/refresh.hpp"
#include "json/build.hpp"
#include "json/members.hpp"

namespace drift::controller {
namespace {

rapidjson::Value info(std::string_view name, std::string_view value, rapidjson::Document& document) {
  rapidjson::Value entry(rapidjson::kObjectType);
  entry.AddMember("name", text_value(name, document), document.GetAllocator());
  entry.AddMember("value", text_value(value, document), document.GetAllocator());
  return entry;
}

// A sync with hooks, of what is to be said yet.
rapidjson::Document request(const Summary& summary, const std::string& attempt, const std::string& why,
                            bool prunes) {
  rapidjson::Document patch;
  set(patch, {"metadata", "resourceVersion"}, summary.resource_version);
  set(patch, {"operation", "initiatedBy", "username"}, initiator);
  // Without it sync windows with manualSync would let it through, as if a person had asked.
  set(patch, {"operation", "initiatedBy", "automated"}, rapidjson::Value(true));
  rapidjson::Value all(rapidjson::kArrayType);
  all.PushBack(info(keys::incident, attempt, patch), patch.GetAllocator());
  all.PushBack(info("Reason", why, patch), patch.GetAllocator());
  set(patch, {"operation", "info"}, std::move(all));
  set(patch, {"operation", "sync", "syncStrategy", "hook"}, rapidjson::Value(rapidjson::kObjectType));
  if (prunes) set(patch, {"operation", "sync", "prune"}, rapidjson::Value(true));
  if (!summary.sync_options.empty())
    set(patch, {"operation", "sync", "syncOptions"}, text_list(summary.sync_options, patch));
  set(patch, {"status", "operationState"}, rapidjson::Value());
  return patch;
}

rapidjson::Document full_request(const Summary& summary, const api::Incident& incident,
                                 const std::string& why) {
  return request(summary, api::attempt_name(incident), why, summary.prunes);
}

rapidjson::Value resource(const ObjectName& object, rapidjson::Document& document) {
  rapidjson::Value entry(rapidjson::kObjectType);
  const auto add = [&](const rapidjson::Value::StringRefType& key, const std::string& value) {
    if (!value.empty()) entry.AddMember(key, text_value(value, document), document.GetAllocator());
  };
  add("group", object.group);
  add("kind", object.kind);
  add("namespace", object.ns);
  add("name", object.name);
  return entry;
}

}  // namespace

rapidjson::Document sync_request(const Summary& summary, const api::Incident& incident) {
  const auto why = is_commit(incident) ? "a new revision" : "drift of severity " + incident.severity;
  auto patch = full_request(summary, incident, why);
  if (!summary.compared.listed && summary.compared.each.size() == 1)
    set(patch, {"operation", "sync", "revision"}, summary.compared.each.front());
  return patch;
}

rapidjson::Document put_back_request(const Summary& summary, const api::Incident& incident,
                                     const std::vector<ObjectName>& objects) {
  auto patch = request(summary, api::put_back_name(incident), "drift that goes by itself", false);
  set(patch, {"operation", "sync", "revision"}, summary.compared.each.front());
  rapidjson::Value all(rapidjson::kArrayType);
  for (const auto& object : objects) all.PushBack(resource(object, patch), patch.GetAllocator());
  set(patch, {"operation", "sync", "resources"}, std::move(all));
  return patch;
}

rapidjson::Document rollback_request(const Summary& summary, const api::Incident& incident,
                                     const HistoryEntry& to) {
  auto patch = full_request(summary, incident, incident.reason);
  for (const auto& member : to.sync.GetObject())
    set(patch, {"operation", "sync", string_of(&member.name)},
        rapidjson::Value(member.value, patch.GetAllocator()));
  if (summary.auto_syncs) set(patch, {"spec", "syncPolicy", "automated", "enabled"}, rapidjson::Value(false));
  return patch;
}

rapidjson::Document refresh_request() {
  rapidjson::Document patch;
  set(patch, {"metadata", "annotations", refresh_annotation}, "normal");
  return patch;
}

rapidjson::Document hard_refresh_request(const Summary& summary) {
  rapidjson::Document patch;
  set(patch, {"metadata", "resourceVersion"}, summary.resource_version);
  set(patch, {"metadata", "annotations", refresh_annotation}, "hard");
  return patch;
}

rapidjson::Document note_request(const std::string& note) {
  rapidjson::Document patch;
  set(patch, {"metadata", "annotations", keys::incident}, note);
  return patch;
}

}  // namespace drift::controller
