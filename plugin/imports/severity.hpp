// From one severity of `remediation_matrix` to one of `severities`. Pure.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "imports/mapping.hpp"
#include "imports/policy.hpp"

namespace drift::imports {

struct ImportedSeverity {
  std::string_view name;
  bool waits = false;  // drift of it waits for a person
  rapidjson::Document json;
};

// Adds the channels that it notifies over.
ImportedSeverity read_severity(std::string_view name, Mapping from, Told& told,
                               std::vector<UsedChannel>& channels);

}  // namespace drift::imports
