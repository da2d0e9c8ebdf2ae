// What `-o json` and `-o yaml` have in common.
#pragma once
#include <string>
#include <utility>

#include "json/to_yaml.hpp"

namespace drift::commands {

// JSON of ours as it is, or as YAML where `output` is "yaml".
inline std::string in_format(std::string json, const std::string& output) {
  return output == "yaml" ? block_yaml(json) : std::move(json);
}

}  // namespace drift::commands
