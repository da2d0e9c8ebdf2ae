// What can be set about a source, one member per setting; settings.cpp names and describes them. The comments say which
// field of an Application's native source a member stands for.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace drift::source {

using List = std::vector<std::string>;
using Map = std::map<std::string, std::string>;

struct Options {
  std::string source_type;  // `directory`, `kustomize`, `helm`; empty: found out

  bool directory_recurse = false;
  std::string directory_include;
  std::string directory_exclude;
  bool directory_disable_extension_filter = false;

  std::string helm_release_name;
  List helm_value_files;
  std::string helm_values;  // values and valuesObject: YAML or JSON
  Map helm_parameters;
  Map helm_string_parameters;  // parameters with forceString
  Map helm_file_parameters;
  bool helm_skip_crds = false;
  bool helm_skip_tests = false;
  bool helm_skip_schema_validation = false;
  bool helm_ignore_missing_value_files = false;
  std::string helm_namespace;
  std::string helm_kube_version;
  List helm_api_versions;

  std::string kustomize_name_prefix;
  std::string kustomize_name_suffix;
  std::string kustomize_namespace;
  List kustomize_images;
  Map kustomize_replicas;
  Map kustomize_common_labels;
  bool kustomize_force_common_labels = false;
  bool kustomize_label_without_selector = false;
  bool kustomize_label_include_templates = false;
  Map kustomize_common_annotations;
  bool kustomize_force_common_annotations = false;
  bool kustomize_common_annotations_envsubst = false;
  List kustomize_components;
  bool kustomize_ignore_missing_components = false;
  std::string kustomize_patches;  // a YAML or JSON list, as under `patches:`
};

}  // namespace drift::source
