// The YAML files that describe a source (kustomization.yaml, Chart.yaml, values.yaml), as JSON to look into and to change.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace drift::source {

using Json = rapidjson::Document;

// Reads one YAML document as Kubernetes tools do. Null where it holds nothing. `name` is for messages. Throws InputError.
Json read_yaml(const std::string& name, std::string_view text);

// The string, or empty where the value is none.
std::string_view text_of(const rapidjson::Value& value);

// The member of an object, or null.
const rapidjson::Value* find_member(const rapidjson::Value& object, std::string_view name);

// One line of JSON.
std::string to_json(const rapidjson::Value& value);

}  // namespace drift::source
