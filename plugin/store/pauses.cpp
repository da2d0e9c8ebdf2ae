#include "store/pauses.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"
#include "store/config_map.hpp"

namespace drift::store {

std::map<std::string, api::Pause> Pauses::list() {
  std::map<std::string, api::Pause> all;
  const auto object = outside::look_for(kubernetes_, path());
  const auto* data = object ? find_member(*object, "data") : nullptr;
  if (!data || !data->IsObject()) return all;
  for (const auto& entry : data->GetObject()) {
    const std::string key(text_of(entry.name));
    try {
      all.emplace(key, api::read_pause(text_of(entry.value)));
    } catch (const InputError& error) {
      throw InputError(
          fmt::format("ConfigMap {}/{}: data.{}: {}", ns_, path().name, printable(key, 300), error.what()));
    }
  }
  return all;
}

void Pauses::set(const std::string& key, const api::Pause& pause) {
  const auto json = api::pause_json(pause);
  if (!outside::look_for(kubernetes_, path())) {
    auto object = new_config_map(ns_, api::pause_config_map, api::pause_component);
    drift::set(object, {"data", key}, json);
    try {
      kubernetes_.create(path(), object);
      return;
    } catch (const outside::ApiError& error) {
      if (!error.conflict()) throw;  // else somebody else has made it meanwhile
    }
  }
  rapidjson::Document patch;
  drift::set(patch, {"data", key}, json);
  kubernetes_.merge_patch(path(), patch);
}

bool Pauses::clear(const std::string& key) {
  const auto object = outside::look_for(kubernetes_, path());
  const auto* data = object ? find_member(*object, "data") : nullptr;
  if (!data || !find_member(*data, key)) return false;
  rapidjson::Document patch;
  drift::set(patch, {"data", key}, rapidjson::Value());
  kubernetes_.merge_patch(path(), patch);
  return true;
}

outside::ResourcePath Pauses::path() const {
  return {"", "v1", "configmaps", ns_, api::pause_config_map, ""};
}

std::string why_paused(const std::map<std::string, api::Pause>& pauses, const std::string& ns,
                       const std::string& application, Time now) {
  for (const auto& key : {std::string(api::pause_all), api::pause_key(ns, application)}) {
    const auto found = pauses.find(key);
    if (found == pauses.end() || found->second.until <= now) continue;
    const auto& pause = found->second;
    return fmt::format("paused by {} until {}: {}", printable(pause.by, 120), time_text(pause.until),
                       printable(pause.reason, api::longest_pause_reason));
  }
  return {};
}

}  // namespace drift::store
