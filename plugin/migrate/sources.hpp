// Where Applications have their sources.
#pragma once
#include <string>
#include <vector>

#include "migrate/from_native.hpp"
#include "yaml/document.hpp"

namespace drift::migrate {

// A source as Argo CD has it in `spec.source` or `spec.sources`.
struct FoundSource {
  yaml::Node node;
  std::string path;         // `spec.source`, `spec.sources[0]`, `spec.template.spec.source`
  std::string application;  // the Application's name; of an ApplicationSet its own
  std::string ns;           // that it is deployed to; empty where it isn't said, or a template is
  bool templated = false;   // of an ApplicationSet
};

// The string under a key; empty where there is none.
std::string text_at(const yaml::Node& node, std::string_view key);

struct Found {
  std::vector<FoundSource> sources;
  std::size_t applications = 0;
};

// The sources of an Application, of an ApplicationSet, or of all in a list (`kubectl get -o yaml`); none for every other object. Says
// what else sets a source, and isn't looked at. Throws InputError for an Application without a source.
Found find_sources(const yaml::Node& root, Said& said);

}  // namespace drift::migrate
