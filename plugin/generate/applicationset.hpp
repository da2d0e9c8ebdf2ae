// `generate applicationset`: one ApplicationSet that makes an Application of each JSON file in a repository, with the sync policy
// of its severity. Pure.
#pragma once
#include <string>

#include "policy/policy_set.hpp"

namespace drift::generate {

struct ApplicationSetOptions {
  std::string name = "drift-policy";
  std::string repository;         // where the JSON files are, and the manifests unless a file says otherwise
  std::string revision = "HEAD";  // of that repository
  std::string files = "applications/*.json";
  std::string project = "default";
  std::string plugin = "drift-policy";
};

std::string application_set(const policy::PolicySet& policies, const ApplicationSetOptions& options);

}  // namespace drift::generate
