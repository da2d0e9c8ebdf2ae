#include "outside/kubernetes/access.hpp"

#include "json/read.hpp"

namespace drift::outside {

bool may_list_everywhere(Kubernetes& kubernetes, const ResourcePath& path) {
  rapidjson::Document review(rapidjson::kObjectType);
  auto& memory = review.GetAllocator();
  const auto text = [&](const std::string& value) { return rapidjson::Value(value.c_str(), memory); };
  rapidjson::Value asked(rapidjson::kObjectType), spec(rapidjson::kObjectType);
  asked.AddMember("verb", "list", memory);
  asked.AddMember("group", text(path.group), memory);
  asked.AddMember("resource", text(path.resource), memory);
  spec.AddMember("resourceAttributes", asked, memory);
  review.AddMember("apiVersion", "authorization.k8s.io/v1", memory);
  review.AddMember("kind", "SelfSubjectAccessReview", memory);
  review.AddMember("spec", spec, memory);
  try {
    const auto answer =
        kubernetes.create({"authorization.k8s.io", "v1", "selfsubjectaccessreviews", "", "", ""}, review);
    const auto* status = find_member(answer, "status");
    return status != nullptr && flag_of(*status, "allowed");
  } catch (const ApiError& error) {
    if (!error.leaves_it_open()) throw;
    return false;
  }
}

}  // namespace drift::outside
