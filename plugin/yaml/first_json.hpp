// The YAML files that describe a source (kustomization.yaml, Chart.yaml, values.yaml), as JSON to look into and to change.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

#include "yaml/document.hpp"

namespace drift::yaml {

using Json = rapidjson::Document;

// The first document of a file, as Kustomize and Helm read their own files (sigs.k8s.io/yaml): what follows it is never looked
// at. `name` is for messages; it and the text must outlive the document. Throws InputError.
Document read_first_document(std::string_view name, std::string_view text);

// The same as JSON. Null where it holds nothing.
Json read_yaml(const std::string& name, std::string_view text);

}  // namespace drift::yaml
