// Names that no source may give to an object of its own, whatever the kind and the namespace.
#pragma once
#include <optional>
#include <string_view>

namespace drift::api {

// Whose hooks' name this is, that of an injected object, of one that they write or of one that they and deploy/admission
// read: an application's prefix, or `shared_owner` for what is there for all. None: it is nobody's. Of two objects that are
// the same Argo CD keeps the last, also of two sources (NormalizeTargetObjects in controller/state.go), so an application
// may not have the names of another's hooks either.
std::optional<std::string_view> owner_of(std::string_view name);
inline constexpr std::string_view shared_owner = "drift-policy";
// The same of a generateName, of which Kubernetes makes a name by more letters.
std::optional<std::string_view> owner_of_beginning(std::string_view generate_name);

}  // namespace drift::api
