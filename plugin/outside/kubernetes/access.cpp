#include "outside/kubernetes/access.hpp"

#include "json/build.hpp"
#include "json/read.hpp"

namespace drift::outside {

bool may_list_everywhere(Kubernetes& kubernetes, const ResourcePath& path) {
  rapidjson::Document review;
  set(review, {"apiVersion"}, "authorization.k8s.io/v1");
  set(review, {"kind"}, "SelfSubjectAccessReview");
  set(review, {"spec", "resourceAttributes", "verb"}, "list");
  set(review, {"spec", "resourceAttributes", "group"}, path.group);
  set(review, {"spec", "resourceAttributes", "resource"}, path.resource);
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
