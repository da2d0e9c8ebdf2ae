// JSON values of ours as YAML for people.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace drift {

// A mapping or a list as one YAML document in block style, keys in the order in which they were set; ends with a newline.
// Every string is quoted that YAML 1.1 (go-yaml v2) would not read as that string, and quoted as JSON quotes: yaml-cpp's
// emitter leaves U+2028 and DEL as they are, which libyaml takes for a line end and refuses.
std::string block_yaml(const rapidjson::Value& value);
// The same of JSON that is ours, so well formed.
std::string block_yaml(std::string_view json);

}  // namespace drift
