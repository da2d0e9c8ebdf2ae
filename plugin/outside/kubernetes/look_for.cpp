#include "outside/kubernetes/look_for.hpp"

namespace drift::outside {

std::shared_ptr<rapidjson::Document> look_for(Kubernetes& kubernetes, const ResourcePath& path) {
  const auto object = std::make_shared<std::optional<rapidjson::Document>>(kubernetes.get(path));
  if (!*object) return nullptr;
  return {object, &**object};
}

}  // namespace drift::outside
