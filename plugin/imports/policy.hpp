// From `remediation_matrix` and `severity_rules` to a DriftPolicy. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "imports/mapping.hpp"

namespace drift::imports {

// A channel that a severity notifies over, and where the file says so.
struct UsedChannel {
  std::string_view channel;
  std::string path;
  Place place;
};

struct ImportedPolicy {
  std::string text;  // the DriftPolicy as YAML
  std::vector<UsedChannel> channels;
};

// What it gives is of use only where no mistake was found.
ImportedPolicy read_policy(const yaml::Node& node, Told& told);

}  // namespace drift::imports
