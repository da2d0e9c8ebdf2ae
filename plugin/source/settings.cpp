#include "source/settings.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "source/parameters.hpp"

namespace drift::source {
namespace {

constexpr auto directory = Type::directory;
constexpr auto helm = Type::helm;
constexpr auto kustomize = Type::kustomize;

const Setting table[] = {
    {"source-type", &Options::source_type, std::nullopt, "Source type",
     "directory, kustomize or helm; found out from the files where it isn't set"},

    {"directory-recurse", &Options::directory_recurse, directory, "Recurse",
     "Read folders within the folder too"},
    {"directory-include", &Options::directory_include, directory, "Include",
     "Read only files whose path matches this pattern, such as {*.yml,*.yaml}"},
    {"directory-exclude", &Options::directory_exclude, directory, "Exclude",
     "Leave out files whose path matches this pattern; stronger than include"},
    {"directory-disable-extension-filter", &Options::directory_disable_extension_filter, directory,
     "Disable extension filter",
     "Read files of any name, not only *.yaml, *.yml and *.json; include and exclude choose among them"},

    {"helm-release-name", &Options::helm_release_name, helm, "Release name",
     "The name of the release; the application's name where it isn't set"},
    {"helm-value-files", &Options::helm_value_files, helm, "Values files",
     "Relative to the chart, or to the repository's root where they start with /; patterns such as "
     "envs/*.yaml work"},
    {"helm-values", &Options::helm_values, helm, "Values", "YAML that is merged over the values files"},
    {"helm-parameters", &Options::helm_parameters, helm, "Parameters", "Single values, as for helm's --set"},
    {"helm-string-parameters", &Options::helm_string_parameters, helm, "String parameters",
     "Single values that stay strings, as for helm's --set-string"},
    {"helm-file-parameters", &Options::helm_file_parameters, helm, "File parameters",
     "Single values from files of the repository, as for helm's --set-file"},
    {"helm-ignore-missing-value-files", &Options::helm_ignore_missing_value_files, helm,
     "Ignore missing values files", "Leave out values files that aren't there, instead of failing"},
    {"helm-skip-crds", &Options::helm_skip_crds, helm, "Skip CRDs", "Leave out the chart's crds/ folder"},
    {"helm-skip-tests", &Options::helm_skip_tests, helm, "Skip tests", "Leave out the chart's tests"},
    {"helm-skip-schema-validation", &Options::helm_skip_schema_validation, helm, "Skip schema validation",
     "Don't check the values against the chart's values.schema.json"},
    {"helm-namespace", &Options::helm_namespace, helm, "Namespace",
     "The release's namespace; the application's destination where it isn't set"},
    {"helm-kube-version", &Options::helm_kube_version, helm, "Kubernetes version",
     "What charts see as the cluster's version; the cluster's own where it isn't set"},
    {"helm-api-versions", &Options::helm_api_versions, helm, "API versions",
     "What charts see as the cluster's API versions ([group/]version/kind); the cluster's own where they "
     "aren't set"},

    {"kustomize-name-prefix", &Options::kustomize_name_prefix, kustomize, "Name prefix",
     "Put before each name"},
    {"kustomize-name-suffix", &Options::kustomize_name_suffix, kustomize, "Name suffix",
     "Put after each name"},
    {"kustomize-namespace", &Options::kustomize_namespace, kustomize, "Namespace",
     "The namespace of all resources"},
    {"kustomize-images", &Options::kustomize_images, kustomize, "Images",
     "Image overrides, such as nginx:1.25 or nginx=registry/nginx@sha256:…"},
    {"kustomize-replicas", &Options::kustomize_replicas, kustomize, "Replicas",
     "The number of replicas by name of the resource"},
    {"kustomize-common-labels", &Options::kustomize_common_labels, kustomize, "Common labels",
     "Labels for all resources, and for selectors unless kustomize-label-without-selector is set"},
    {"kustomize-force-common-labels", &Options::kustomize_force_common_labels, kustomize,
     "Force common labels", "Replace common labels that the kustomization sets already, instead of failing"},
    {"kustomize-label-without-selector", &Options::kustomize_label_without_selector, kustomize,
     "Labels without selectors", "Leave selectors alone"},
    {"kustomize-label-include-templates", &Options::kustomize_label_include_templates, kustomize,
     "Labels in templates", "With labels without selectors: label pod templates too"},
    {"kustomize-common-annotations", &Options::kustomize_common_annotations, kustomize, "Common annotations",
     "Annotations for all resources"},
    {"kustomize-force-common-annotations", &Options::kustomize_force_common_annotations, kustomize,
     "Force common annotations",
     "Replace common annotations that the kustomization sets already, instead of failing"},
    {"kustomize-common-annotations-envsubst", &Options::kustomize_common_annotations_envsubst, kustomize,
     "Variables in common annotations", "Replace $ARGOCD_APP_NAME and the like in common annotations"},
    {"kustomize-components", &Options::kustomize_components, kustomize, "Components",
     "Components to add, relative to the kustomization"},
    {"kustomize-ignore-missing-components", &Options::kustomize_ignore_missing_components, kustomize,
     "Ignore missing components", "Leave out components that aren't there, instead of failing"},
    {"kustomize-patches", &Options::kustomize_patches, kustomize, "Patches",
     "A YAML list of patches, as under `patches:` in a kustomization"},
};

}  // namespace

std::span<const Setting> settings() {
  return table;
}

Settings read_settings(const CommandLine& line, const outside::Environment& environment) {
  Settings result{line.options, read_context(environment)};
  apply_environment(environment, result.options);
  apply_parameters(environment, result.options);
  if (!line.repo_root.empty()) result.context.repo_root = line.repo_root;
  if (!line.exec_timeout.empty())
    result.context.limits.time = time_limit(line.exec_timeout, "--exec-timeout");
  if (!line.app_name.empty()) result.context.app_name = line.app_name;
  if (!line.app_namespace.empty()) result.context.ns = line.app_namespace;
  return result;
}

std::vector<std::string> ineffective(const Options& options, Type type) {
  static const Options defaults;
  std::vector<std::string> warnings;
  for (const auto& setting : table) {
    if (!setting.type || *setting.type == type) continue;
    const bool is_set =
        std::visit([&](auto member) { return options.*member != defaults.*member; }, setting.member);
    if (is_set)
      warnings.push_back(
          fmt::format("{} has no effect on a source of type {}", setting.name, to_string(type)));
  }
  return warnings;
}

}  // namespace drift::source
