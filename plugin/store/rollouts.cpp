#include "store/rollouts.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"
#include "store/config_map.hpp"

namespace drift::store {
namespace {

outside::ResourcePath rollout_in(const std::string& ns) {
  return {"", "v1", "configmaps", ns, api::rollout_config_map, ""};
}

}  // namespace

std::optional<api::Rollout> read_rollout(outside::Kubernetes& kubernetes, const std::string& ns) {
  const auto path = rollout_in(ns);
  const auto object = outside::look_for(kubernetes, path);
  if (!object) return std::nullopt;
  try {
    return api::read_rollout(text_at(*object, {"data", api::rollout_file}));
  } catch (const InputError& error) {
    throw InputError(fmt::format("ConfigMap {}/{}: {}", ns, path.name, error.what()));
  }
}

void save_rollout(outside::Kubernetes& kubernetes, const std::string& ns, const api::Rollout& rollout) {
  const auto path = rollout_in(ns);
  auto object = new_config_map(ns, api::rollout_config_map, api::rollout_component);
  set(object, {"data", api::rollout_file}, api::rollout_json(rollout));
  try {
    kubernetes.replace(path, object);
  } catch (const outside::ApiError& error) {
    if (!error.not_found()) throw;
    kubernetes.create(path, object);
  }
}

}  // namespace drift::store
