// managedFields of a live object: who wrote which field last.
//
// The API server keeps them, but the name is what the writer calls himself, and whoever may update the object may write
// them anew. So they are hints, not proof (docs/drift.md, "Who is trusted").
// https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
#pragma once
#include <rapidjson/document.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/report.hpp"
#include "json/members.hpp"

namespace drift::analysis {

// What Argo CD calls itself, applying on either side (common.ArgoCDSSAManager).
inline constexpr std::string_view argocd_manager = "argocd-controller";

class Managers {
 public:
  // Refers to the object, which must stay.
  explicit Managers(const rapidjson::Value& object);

  struct Owner : api::LastChange {
    // It owns the value as one. Otherwise it owns parts of it, and that another part was taken away leaves no trace.
    bool whole = false;
  };
  // All who own the field, or something in it; the latest first, Argo CD last.
  std::vector<Owner> owners(std::string_view pointer) const;

  // Whether one of this name still owns exactly the field, which isn't there. `element`: what it was, where the pointer ends in
  // `-`, an element of a list.
  bool owns_missing(std::string_view manager, std::string_view pointer,
                    const rapidjson::Value* element) const;

  // Who wrote anything but the status last; nothing where managedFields are missing.
  std::optional<api::LastChange> last() const;

  // Nobody is written down: somebody has removed managedFields, and the API server starts them anew only for
  // server-side apply.
  bool none() const { return entries_.empty(); }

 private:
  struct Entry {
    api::LastChange change;
    const rapidjson::Value* fields;
  };
  // The fields of a list's elements: by the names of the keys (or none, for values), then by their values.
  using Elements = std::map<std::vector<std::string>, std::map<std::string, const rapidjson::Value*>>;

  bool names(const Entry& entry, const std::vector<std::string>& tokens,
             const rapidjson::Value* element) const;
  std::optional<Owner> owner(const Entry& entry, const std::vector<std::string>& tokens) const;
  const rapidjson::Value* element_of(const rapidjson::Value& fields, const rapidjson::Value& element) const;
  const Elements& elements(const rapidjson::Value& fields) const;
  const rapidjson::Value* member_of(const rapidjson::Value* object, std::string_view key) const;

  const rapidjson::Value& object_;
  std::vector<Entry> entries_;
  // Filled as they are asked for.
  mutable std::map<const rapidjson::Value*, Elements> elements_;
  mutable std::map<const rapidjson::Value*, Members> members_;
};

// Whether the first of two RFC 3339 times is later; one that can't be read is later than any.
bool later(std::string_view time, std::string_view than);

}  // namespace drift::analysis
