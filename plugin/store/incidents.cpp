#include "store/incidents.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "store/config_map.hpp"

namespace drift::store {
namespace {

constexpr const char* incident_prefix = "drift-policy-incident-";

StoredIncident read_stored(const rapidjson::Value& object) {
  StoredIncident stored{api::read_incident(text_at(object, {"data", api::incident_file})),
                        text_at(object, {"metadata", "resourceVersion"})};
  const auto name = text_at(object, {"metadata", "name"});
  if (name != incident_prefix + stored.incident.id)
    throw InputError("its name isn't that of incident " + stored.incident.id);
  return stored;
}

rapidjson::Document object_of(const std::string& ns, const StoredIncident& stored) {
  const auto& incident = stored.incident;
  auto object = new_config_map(ns, incident_prefix + incident.id, api::incident_component);
  if (!stored.resource_version.empty()) set(object, {"metadata", "resourceVersion"}, stored.resource_version);
  set(object, {"metadata", "labels", keys::state}, api::incident_state_name(incident.state));
  set(object, {"metadata", "annotations", keys::application}, incident.application);
  set(object, {"data", api::incident_file}, api::incident_json(incident));
  return object;
}

}  // namespace

std::vector<StoredIncident> Incidents::list() {
  std::vector<StoredIncident> all;
  kubernetes_.list(path_of(""), component_selector(api::incident_component),
                   [&](const rapidjson::Value& object) {
                     try {
                       all.push_back(read_stored(object));
                     } catch (const InputError& error) {
                       spdlog::warn("ConfigMap {}/{} is no incident: {}", ns_,
                                    text_at(object, {"metadata", "name"}), error.what());
                     }
                     return true;
                   });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    const auto key = [](const api::Incident& one) {
      return std::tie(one.ns, one.application, one.detected, one.id);
    };
    return key(a.incident) < key(b.incident);
  });
  return all;
}

void Incidents::save(StoredIncident& stored) {
  const auto object = object_of(ns_, stored);
  const auto path = path_of(stored.incident.id);
  const auto saved =
      stored.resource_version.empty() ? kubernetes_.create(path, object) : kubernetes_.replace(path, object);
  stored.resource_version = text_at(saved, {"metadata", "resourceVersion"});
}

void Incidents::remove(const StoredIncident& stored) {
  kubernetes_.remove(path_of(stored.incident.id));
}

outside::ResourcePath Incidents::path_of(const std::string& id) const {
  return {"", "v1", "configmaps", ns_, id.empty() ? "" : incident_prefix + id, ""};
}

}  // namespace drift::store
