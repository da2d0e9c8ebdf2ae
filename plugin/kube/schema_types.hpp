// A schema of OpenAPI v3 as types: those of CustomResourceDefinitions (definitions.hpp), and those that an API server publishes
// (published_fields.hpp), which refer to each other.
//
// What counts is `properties`, `items`, `additionalProperties` and `x-kubernetes-preserve-unknown-fields`, `-int-or-string` and
// `-embedded-resource`, as the API server takes fields out by them; what a schema doesn't say may hold anything.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "kube/field_types.hpp"
#include "yaml/document.hpp"

namespace drift::kube {

// Node: yaml::Node, or what answers the same questions.
template <typename Node>
class SchemaTypes {
 public:
  // `referred`: the schema that a `$ref` means; no node: not known.
  using Referred = std::function<Node(std::string_view)>;

  explicit SchemaTypes(FieldTypes& types, Referred referred = {})
      : types_(types), referred_(std::move(referred)) {}

  // An object of the kind: what every object has comes to what the schema says. Throws InputError for what is no schema.
  TypeId object(Node schema) {
    const auto id = read(schema, 0);
    if (types_[id].form != Form::object) return FieldTypes::anything;
    auto type = types_[id];
    add_metadata(type);
    return types_.add(std::move(type));
  }

 private:
  using Form = FieldType::Form;
  // No API server would keep more in one definition.
  static constexpr std::size_t max_levels = 200;
  // Of all schemas together; those of a large cluster have a tenth of it.
  static constexpr std::size_t max_types = 2'000'000;

  static bool is_true(Node node) { return node && node.type() == yaml::Type::boolean && node.boolean(); }

  static bool is_text(Node node, std::string_view text) { return node.is_string() && node.text() == text; }

  static bool preserves(Node schema) { return is_true(schema.find("x-kubernetes-preserve-unknown-fields")); }

  TypeId read(Node schema, std::size_t level) {
    if (!schema.is_mapping()) throw InputError(schema.place(), "expected a schema, which is a mapping");
    if (level > max_levels)
      throw InputError(schema.place(), fmt::format("a schema of more than {} levels", max_levels));
    if (types_.size() > max_types)
      throw InputError(schema.place(), fmt::format("more than {} types in all schemas", max_types));
    if (const auto reference = reference_of(schema)) return refer(reference, level);
    if (is_true(schema.find("x-kubernetes-int-or-string"))) return FieldTypes::scalar;
    if (may_add(schema, schema.find("properties"))) return FieldTypes::anything;
    const auto type = schema.find("type");
    if (is_text(type, "array")) return list(schema, level);
    if (is_text(type, "object") || schema.find("properties")) return mapping(schema, level);
    const bool single = is_text(type, "string") || is_text(type, "integer") || is_text(type, "number") ||
                        is_text(type, "boolean");
    return single ? FieldTypes::scalar : FieldTypes::anything;
  }

  // Schemas may go round in a circle, so the place is there before what it is.
  TypeId refer(Node reference, std::size_t level) {
    if (!referred_ || !reference.is_string()) return FieldTypes::anything;
    const auto [entry, added] = by_reference_.try_emplace(std::string(reference.text()));
    if (!added) return entry->second;
    const auto id = entry->second = types_.add({});
    if (const auto schema = referred_(reference.text())) {
      auto type = types_[read(schema, level + 1)];
      types_.set(id, std::move(type));
    }
    return id;
  }

  // An API server writes a reference beside which a default or a description stands as an allOf of it alone.
  static Node reference_of(Node schema) {
    if (const auto reference = schema.find("$ref")) return reference;
    if (schema.find("type") || schema.find("properties")) return {};
    const auto all = schema.find("allOf").elements();
    return all.size() == 1 ? all.front().find("$ref") : Node();
  }

  // Whether one of the alternatives names a field that the schema itself doesn't. Definitions' alternatives can't ("structural
  // schemas"), but other servers' may.
  static bool may_add(Node schema, Node properties) {
    for (const auto* word : {"allOf", "anyOf", "oneOf"})
      for (const auto& branch : schema.find(word).elements())
        if (adds(branch, properties)) return true;
    return false;
  }

  static bool adds(Node branch, Node properties) {
    if (says_more(branch) || may_add(branch, properties)) return true;
    for (const auto& [name, value] : branch.find("properties").entries())
      if (!properties.find(name) || says_more(value) || adds(value, Node())) return true;
    return false;
  }

  static bool says_more(Node schema) {
    return schema.find("$ref") || schema.find("items") || schema.find("additionalProperties") ||
           preserves(schema);
  }

  // A list that preserves what it doesn't know does so in its elements.
  TypeId list(Node schema, std::size_t level) {
    const auto items = schema.find("items");
    const bool known = items.is_mapping() && !preserves(schema);
    return types_.add({Form::list, known ? read(items, level + 1) : FieldTypes::anything});
  }

  TypeId mapping(Node schema, std::size_t level) {
    const bool embedded = is_true(schema.find("x-kubernetes-embedded-resource"));
    const auto properties = schema.find("properties").entries();
    const auto values = schema.find("additionalProperties");
    if (values.is_mapping() && properties.empty()) return types_.add({Form::map, read(values, level + 1)});
    if (properties.empty() && !embedded) return FieldTypes::anything;
    FieldType type{Form::object};
    // An object of any kind is embedded to be one of a kind with a spec, even where the schema doesn't say so.
    type.open = preserves(schema) || properties.empty() || values.is_mapping() || is_true(values);
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
  Referred referred_;
  std::map<std::string, TypeId> by_reference_;
};

}  // namespace drift::kube
