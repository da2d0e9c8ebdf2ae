#include "base/keys.hpp"

namespace drift {

bool written_by_us(std::string_view key) {
  return key.starts_with(keys::prefix) || key.starts_with(keys::want_prefix) ||
         key == "argocd.argoproj.io/sync-wave" || key == "argocd.argoproj.io/sync-options";
}

bool is_output(std::string_view key) {
  return written_by_us(key) || key == "argocd.argoproj.io/hook-delete-policy" ||
         key == "helm.sh/hook-delete-policy";
}

}  // namespace drift
