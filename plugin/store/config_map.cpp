#include "store/config_map.hpp"

#include <fmt/format.h>

#include "base/keys.hpp"
#include "base/printable.hpp"
#include "json/build.hpp"
#include "json/read.hpp"

namespace drift::store {

rapidjson::Document new_config_map(const std::string& ns, const std::string& name,
                                   std::string_view component) {
  rapidjson::Document object;
  set(object, {"apiVersion"}, "v1");
  set(object, {"kind"}, "ConfigMap");
  set(object, {"metadata", "name"}, name);
  set(object, {"metadata", "namespace"}, ns);
  set(object, {"metadata", "labels", "app.kubernetes.io/component"}, component);
  set(object, {"metadata", "labels", "app.kubernetes.io/managed-by"}, "drift-policy");
  set(object, {"metadata", "labels", "app.kubernetes.io/name"}, "drift-policy");
  return object;
}

std::string component_selector(std::string_view component) {
  return fmt::format("app.kubernetes.io/component={},app.kubernetes.io/managed-by=drift-policy", component);
}

void mark(rapidjson::Document& object, const std::string& source, const std::string& application) {
  set(object, {"metadata", "labels", keys::source}, source);
  set(object, {"metadata", "annotations", keys::application}, application);
}

std::string why_not_of(const std::string& application, const rapidjson::Value& object) {
  const auto other = text_at(object, {"metadata", "annotations", keys::application});
  if (other == application) return {};
  if (other.empty()) return fmt::format("it doesn't say that it is of application {}", application);
  return fmt::format("it is of application {}, not of {}", printable(other), application);
}

}  // namespace drift::store
