#include "kube/definitions.hpp"

#include <fmt/format.h>

#include "kube/schema_types.hpp"
#include "manifest/manifest.hpp"

namespace drift::kube {
namespace {

using yaml::Node;

constexpr std::string_view definition_kind = "CustomResourceDefinition";

bool is_true(Node node) {
  return node && node.type() == yaml::Type::boolean && node.boolean();
}

std::string text_of(Node parent, const char* key, const char* what) {
  const auto node = parent.find(key);
  if (node.is_string() && !node.text().empty()) return std::string(node.text());
  throw InputError(
      (node ? node : parent).place(),
      fmt::format("a CustomResourceDefinition without {}; expected a text under `{}`", what, key));
}

// v1beta1 keeps what it doesn't know unless it is told otherwise; v1 only where it was one.
bool keeps_all(Node spec, std::string_view version) {
  const auto keeps = spec.find("preserveUnknownFields");
  return is_true(keeps) || (version == "v1beta1" && !keeps);
}

void add_version(TypedKind kind, Node schema, bool open, FieldTypes& types) {
  kind.type = schema && !open ? SchemaTypes<Node>(types).object(schema) : FieldTypes::anything;
  types.add_kind(std::move(kind));
}

void add_definition(const manifest::Manifest& definition, FieldTypes& types) {
  const auto spec = definition.object.find("spec");
  if (!spec.is_mapping())
    throw InputError(definition.place(), "a CustomResourceDefinition without spec; expected a mapping");
  const auto names = spec.find("names");
  if (!names.is_mapping())
    throw InputError(spec.place(), "a CustomResourceDefinition without names; expected a mapping");
  TypedKind kind{text_of(spec, "group", "a group"), {}, text_of(names, "kind", "a kind")};
  const bool open = keeps_all(spec, definition.version);
  const auto common = spec.find("validation").find("openAPIV3Schema");
  const auto versions = spec.find("versions");
  if (versions && !versions.is_sequence())
    throw InputError(versions.place(), "expected a list of versions of a CustomResourceDefinition");
  for (const auto& version : versions.elements()) {
    kind.version = text_of(version, "name", "a version's name");
    const auto own = version.find("schema").find("openAPIV3Schema");
    add_version(kind, own ? own : common, open, types);
  }
  if (!versions.elements().empty()) return;
  kind.version = text_of(spec, "version", "a version");
  add_version(kind, common, open, types);
}

}  // namespace

std::size_t add_definitions(const std::string& name, std::string text, FieldTypes& types) {
  // Beside definitions lie kustomizations and values, which are no manifests.
  if (text.find(definition_kind) == std::string::npos) return 0;
  const manifest::Manifests manifests({{name, std::move(text)}});
  std::size_t count = 0;
  for (const auto& object : manifests.objects()) {
    if (object.kind != definition_kind || object.group != "apiextensions.k8s.io") continue;
    add_definition(object, types);
    ++count;
  }
  return count;
}

}  // namespace drift::kube
