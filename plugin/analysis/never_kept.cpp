#include "analysis/never_kept.hpp"

#include "analysis/published_fields.hpp"

namespace drift::analysis {

NeverKept::NeverKept(const api::PlannedObject& planned, const Managers& managers,
                     const rapidjson::Value& live, const Publisher& publisher)
    : planned_(planned), managers_(managers), live_(live), publisher_(publisher) {}

bool NeverKept::holds(const Found& found) const {
  if (found.live) return false;
  return managers_.owns_missing(argocd_manager, found.live_pointer, found.base) || has_no_place(found);
}

// A schema that doesn't know what is there isn't the one that the API server goes by: a definition with `preserveUnknownFields: true`
// from before Kubernetes 1.22 is published without saying so (k8s.io/apiextensions-apiserver, pkg/controller/openapi/builder).
bool NeverKept::has_no_place(const Found& found) const {
  if (!publisher_) return false;
  if (!published_) {
    published_ = publisher_(planned_);
    if (published_->types && !has_places(*published_->types, published_->type, live_))
      published_->types = nullptr;
  }
  return published_->types && analysis::has_no_place(*published_->types, published_->type, found.pointer);
}

}  // namespace drift::analysis
