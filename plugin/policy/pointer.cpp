#include "policy/pointer.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/keys.hpp"
#include "json/pointer.hpp"

namespace drift::policy {
namespace {

// https://kubernetes.io/docs/reference/using-api/api-concepts/: identity and what the server writes.
std::string metadata_mistake(const std::vector<std::string>& tokens) {
  if (tokens.size() == 1 || tokens[1] == pointer_wildcard)
    return "takes in annotations that the plugin itself writes; point at single fields";
  const auto& field = tokens[1];
  if (field == "annotations" || field == "labels") {
    if (tokens.size() == 2 || tokens[2] == pointer_wildcard)
      return fmt::format("takes in {} that the plugin itself writes; point at single keys", field);
    if (written_by_us(tokens[2]))
      return fmt::format("points at {}, which the plugin itself writes", tokens[2]);
    return {};
  }
  for (std::string_view fixed :
       {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields",
        "selfLink", "generateName", "deletionTimestamp"})
    if (field == fixed) return fmt::format("points at metadata.{}, which can't drift", field);
  return {};
}

std::string target_mistake(const std::vector<std::string>& tokens) {
  const auto& first = tokens.front();
  if (first == pointer_wildcard)
    return "takes in metadata that the plugin itself writes; name the first part";
  if (first == "metadata") return metadata_mistake(tokens);
  if (first == "status") return "points into status, which the cluster writes and Git never holds";
  if (first == "apiVersion" || first == "kind") return fmt::format("points at {}, which can't drift", first);
  return {};
}

}  // namespace

std::string pointer_mistake(std::string_view text) {
  if (auto mistake = syntax_mistake(text); !mistake.empty()) return mistake;
  return target_mistake(parse_pointer(text).tokens);
}

}  // namespace drift::policy
