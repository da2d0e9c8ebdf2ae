// managedFields of a live object: who wrote which field last.
//
// The API server keeps them, but the name is what the writer calls himself, so they are hints, not proof.
// https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
#pragma once
#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hook/report.hpp"

namespace drift::hook {

// What Argo CD calls itself, applying on either side (common.ArgoCDSSAManager).
inline constexpr std::string_view argocd_manager = "argocd-controller";

class Managers {
 public:
  // Refers to the object, which must stay.
  explicit Managers(const rapidjson::Value& object);

  // All who own the field, or something in it; the latest first, Argo CD last.
  std::vector<LastChange> owners(std::string_view pointer) const;

  // Who wrote anything but the status last; nothing where managedFields are missing.
  std::optional<LastChange> last() const;

 private:
  struct Entry {
    LastChange change;
    const rapidjson::Value* fields;
  };
  const rapidjson::Value& object_;
  std::vector<Entry> entries_;
};

// Whether the first of two RFC 3339 times is later; one that can't be read is later than any.
bool later(std::string_view time, std::string_view than);

}  // namespace drift::hook
