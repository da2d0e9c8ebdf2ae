// `drift-policy import`: a remediation matrix and channels of another tool become a DriftPolicy and settings of Argo CD's
// notifications. Pure: text in, text out.
//
// The files are `remediation_policies.yaml` and `notification_config.yaml` of an Argo CD drift controller (docs/import.md has their
// keys). What is written keeps their meaning, or asks for more: where they don't say it, people are asked.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "imports/contents.hpp"
#include "migrate/said.hpp"

namespace drift::imports {

struct Imported {
  std::string text;  // one YAML document for each kind of content: the DriftPolicy, then the ConfigMap
  migrate::Said said;
};

// `ns` is Argo CD's namespace. Throws InputError with all mistakes.
Imported carry_over(const std::vector<Text>& texts, std::string_view ns);

}  // namespace drift::imports
