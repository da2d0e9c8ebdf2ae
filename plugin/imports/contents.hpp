// Where the settings stand in the files that are imported. Pure.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "imports/mapping.hpp"
#include "yaml/document.hpp"

namespace drift::imports {

struct Text {
  std::string name, text;
};

// What a mapping holds: remediation_matrix and severity_rules, or channels and templates.
enum class About : std::uint8_t { policies, notifications };

struct Content {
  About about;
  yaml::Node root;
};

// Finds what is to be imported in some files, whatever order they have: a file is YAML of any number of documents, each a ConfigMap
// with the key `policies.yaml` or `config.yaml`, or what such a key holds. Owns the documents that the nodes are of.
class Contents {
 public:
  // Throws InputError for what is no YAML.
  Contents(const std::vector<Text>& texts, Told& told);

  const std::vector<Content>& all() const { return all_; }

 private:
  void read_file(const Text& file, Told& told);
  void read_config_map(const yaml::Node& map, Told& told);
  void read_value(std::string_view key, const yaml::Node& value, Told& told);
  void add(const yaml::Node& root, Told& told);
  // The root, which may be no node; keys that stand twice are mistakes.
  yaml::Node read(std::string_view name, std::string_view text, yaml::Span span, Told& told);

  std::deque<std::string> texts_;
  std::deque<yaml::Document> documents_;
  std::vector<Content> all_;
};

}  // namespace drift::imports
