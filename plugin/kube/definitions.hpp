// What CustomResourceDefinitions say of the fields of their kinds. Pure.
#pragma once
#include <cstddef>
#include <string>

#include "kube/field_types.hpp"

namespace drift::kube {

// Adds the kinds that the text's CustomResourceDefinitions define, in each version; other objects in it are passed over. How many
// definitions there were. Throws InputError for what is no manifest in a text that names definitions, and for one that can't be.
// What counts of a schema stands in schema_types.hpp.
// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
std::size_t add_definitions(const std::string& name, std::string text, FieldTypes& types);

}  // namespace drift::kube
