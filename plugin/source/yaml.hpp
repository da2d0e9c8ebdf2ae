// The YAML files that describe a source (kustomization.yaml, Chart.yaml, values.yaml), as JSON to look into and to change.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace drift::source {

using Json = rapidjson::Document;

// Reads one YAML document as Kubernetes tools do. Null where it holds nothing. `name` is for messages. Throws InputError.
Json read_yaml(const std::string& name, std::string_view text);

}  // namespace drift::source
