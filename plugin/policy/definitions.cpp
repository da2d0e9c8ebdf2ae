#include "policy/definitions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "manifest/manifest.hpp"

namespace drift::policy {
namespace {

using Form = FieldType::Form;
using manifest::Node;

constexpr std::string_view definition_kind = "CustomResourceDefinition";
// No API server would keep more in one definition.
constexpr std::size_t max_levels = 200;
// Of all definitions together; those of a large cluster have a tenth of it.
constexpr std::size_t max_types = 2'000'000;

bool is_true(Node node) {
  return node && node.type() == manifest::Type::boolean && node.boolean();
}

bool is_text(Node node, std::string_view text) {
  return node.is_string() && node.text() == text;
}

std::string text_of(Node parent, const char* key, const char* what) {
  const auto node = parent.find(key);
  if (node.is_string() && !node.text().empty()) return std::string(node.text());
  throw InputError(
      (node ? node : parent).place(),
      fmt::format("a CustomResourceDefinition without {}; expected a text under `{}`", what, key));
}

class Schema {
 public:
  explicit Schema(FieldTypes& types) : types_(types) {}

  // An object of the kind: what every object has comes to what the schema says.
  TypeId object(Node schema) {
    auto id = read(schema, 0);
    if (types_[id].form != Form::object) return FieldTypes::anything;
    auto type = types_[id];
    add_metadata(type);
    return types_.add(std::move(type));
  }

 private:
  TypeId read(Node schema, std::size_t level) {
    if (!schema.is_mapping()) throw InputError(schema.place(), "expected a schema, which is a mapping");
    if (level > max_levels)
      throw InputError(schema.place(), fmt::format("a schema of more than {} levels", max_levels));
    if (types_.size() > max_types)
      throw InputError(schema.place(), fmt::format("more than {} types in all schemas", max_types));
    if (is_true(schema.find("x-kubernetes-int-or-string"))) return FieldTypes::scalar;
    const auto type = schema.find("type");
    if (is_text(type, "array")) return list(schema, level);
    if (is_text(type, "object") || schema.find("properties")) return mapping(schema, level);
    const bool single = is_text(type, "string") || is_text(type, "integer") || is_text(type, "number") ||
                        is_text(type, "boolean");
    return single ? FieldTypes::scalar : FieldTypes::anything;
  }

  TypeId list(Node schema, std::size_t level) {
    const auto items = schema.find("items");
    const auto inner = items.is_mapping() ? read(items, level + 1) : FieldTypes::anything;
    return types_.add({Form::list, inner});
  }

  TypeId mapping(Node schema, std::size_t level) {
    const bool embedded = is_true(schema.find("x-kubernetes-embedded-resource"));
    const auto properties = schema.find("properties").entries();
    if (const auto values = schema.find("additionalProperties"); values.is_mapping() && properties.empty())
      return types_.add({Form::map, read(values, level + 1)});
    if (properties.empty() && !embedded) return FieldTypes::anything;
    FieldType type{Form::object};
    // An object of any kind is embedded to be one of a kind with a spec, even where the schema doesn't say so.
    type.open = is_true(schema.find("x-kubernetes-preserve-unknown-fields")) || properties.empty() ||
                is_true(schema.find("additionalProperties"));
    for (const auto& [name, value] : properties) type.fields.emplace_back(name, read(value, level + 1));
    if (embedded) add_metadata(type);
    return types_.add(std::move(type));
  }

  void add_metadata(FieldType& type) const {
    const auto set = [&](const char* name, TypeId id) {
      const auto same = [&](const auto& field) { return field.first == name; };
      const auto found = std::find_if(type.fields.begin(), type.fields.end(), same);
      if (found != type.fields.end()) {
        found->second = id;
      } else {
        type.fields.emplace_back(name, id);
      }
    };
    set("apiVersion", FieldTypes::scalar);
    set("kind", FieldTypes::scalar);
    set("metadata", types_.metadata);
    std::sort(type.fields.begin(), type.fields.end());
  }

  FieldTypes& types_;
};

// v1beta1 keeps what it doesn't know unless it is told otherwise; v1 only where it was one.
bool keeps_all(Node spec, std::string_view version) {
  const auto keeps = spec.find("preserveUnknownFields");
  return is_true(keeps) || (version == "v1beta1" && !keeps);
}

void add_version(TypedKind kind, Node schema, bool open, FieldTypes& types) {
  kind.type = schema && !open ? Schema(types).object(schema) : FieldTypes::anything;
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

}  // namespace drift::policy
