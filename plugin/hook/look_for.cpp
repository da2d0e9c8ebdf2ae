#include "hook/look_for.hpp"

namespace drift::hook {

std::shared_ptr<rapidjson::Document> look_for(outside::Kubernetes& kubernetes,
                                              const outside::ResourcePath& path) {
  const auto object = std::make_shared<std::optional<rapidjson::Document>>(kubernetes.get(path));
  if (!*object) return nullptr;
  return {object, &**object};
}

}  // namespace drift::hook
