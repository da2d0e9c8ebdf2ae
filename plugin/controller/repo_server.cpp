#include "controller/repo_server.hpp"

#include "json/read.hpp"

namespace drift::controller {
namespace {

const rapidjson::Value* named(const rapidjson::Value* list, std::string_view name) {
  if (!list || !list->IsArray()) return nullptr;
  for (const auto& entry : list->GetArray())
    if (text_of(entry, "name") == name) return &entry;
  return nullptr;
}

}  // namespace

const rapidjson::Value* container_of(const rapidjson::Value& deployment, std::string_view name) {
  return named(find(deployment, {"spec", "template", "spec", "containers"}), name);
}

std::string variable_of(const rapidjson::Value& container, std::string_view name) {
  const auto* variable = named(find_member(container, "env"), name);
  return variable ? text_of(*variable, "value") : std::string();
}

bool is_rolled_out(const rapidjson::Value& deployment) {
  const rapidjson::Value none(rapidjson::kObjectType);
  const auto part = [&](const char* key) -> const rapidjson::Value& {
    const auto* value = find_member(deployment, key);
    return value ? *value : none;
  };
  const auto& status = part("status");
  const auto* replicas = find_member(part("spec"), "replicas");
  const auto wanted = replicas ? number_of(part("spec"), "replicas") : 1;
  const auto updated = number_of(status, "updatedReplicas");
  return number_of(part("metadata"), "generation") <= number_of(status, "observedGeneration") &&
         updated >= wanted && number_of(status, "replicas") <= updated &&
         number_of(status, "availableReplicas") >= updated;
}

}  // namespace drift::controller
