#include "analysis/never_kept.hpp"

namespace drift::analysis {

bool never_kept(const Found& found, const Managers& managers) {
  if (found.live) return false;
  return managers.owns_missing(argocd_manager, found.live_pointer, found.base);
}

}  // namespace drift::analysis
