#include "hook/marks.hpp"

#include "annotators/hooks_yaml.hpp"

namespace drift::hook {

using annotators::set;

void mark(rapidjson::Document& object, const Run& run, std::string_view component) {
  set(object, {"metadata", "labels", "app.kubernetes.io/component"}, component);
  set(object, {"metadata", "labels", "app.kubernetes.io/managed-by"}, "drift-policy");
  set(object, {"metadata", "labels", "app.kubernetes.io/name"}, "drift-policy");
  set(object, {"metadata", "labels", "drift-policy.dev/source"}, run.names.prefix());
  set(object, {"metadata", "annotations", "drift-policy.dev/application"}, run.application);
}

}  // namespace drift::hook
