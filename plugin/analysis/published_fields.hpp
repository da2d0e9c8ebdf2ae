// What an API server publishes of the fields that its kinds can hold: one group's version, in OpenAPI v3. Pure.
// https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
#pragma once
#include <rapidjson/document.h>

#include <string_view>
#include <vector>

#include "kube/field_types.hpp"

namespace drift::analysis {

// Adds those of `kinds` (whose types don't matter) that the document describes. Of metadata nothing is known then, as in any
// FieldTypes without the table. Throws InputError for a schema that is none.
void add_published(const rapidjson::Value& document, const std::vector<kube::TypedKind>& kinds,
                   kube::FieldTypes& types);

// Whether the pointer, without wildcards, leads to a field that an object of the type can't have: one that is named nowhere among
// all that may stand there. False where anything is uncertain.
bool has_no_place(const kube::FieldTypes& types, kube::TypeId type, std::string_view pointer);

// Whether all that the value holds has its place and form there. For values of few levels (json/members.hpp, flatten).
bool has_places(const kube::FieldTypes& types, kube::TypeId type, const rapidjson::Value& value);

}  // namespace drift::analysis
