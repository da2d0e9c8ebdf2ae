#include "hook/marks.hpp"

#include "json_values.hpp"

namespace drift::hook {

rapidjson::Document new_config_map(const std::string& space, const std::string& name,
                                   std::string_view component) {
  rapidjson::Document object;
  set(object, {"apiVersion"}, "v1");
  set(object, {"kind"}, "ConfigMap");
  set(object, {"metadata", "name"}, name);
  set(object, {"metadata", "namespace"}, space);
  set(object, {"metadata", "labels", "app.kubernetes.io/component"}, component);
  set(object, {"metadata", "labels", "app.kubernetes.io/managed-by"}, "drift-policy");
  set(object, {"metadata", "labels", "app.kubernetes.io/name"}, "drift-policy");
  return object;
}

void mark(rapidjson::Document& object, const std::string& source, const std::string& application) {
  set(object, {"metadata", "labels", "drift-policy.dev/source"}, source);
  set(object, {"metadata", "annotations", "drift-policy.dev/application"}, application);
}

}  // namespace drift::hook
