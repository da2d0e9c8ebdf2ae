#include "migrate/native_settings.hpp"

#include <algorithm>
#include <variant>

#include "json/build.hpp"

namespace drift::migrate {
namespace {

constexpr NativeSetting table[] = {
    {"directory", "recurse", Form::truth, "directory-recurse"},
    {"directory", "include", Form::text, "directory-include"},
    {"directory", "exclude", Form::text, "directory-exclude"},
    {"directory", "disableExtensionFilter", Form::truth, "directory-disable-extension-filter"},
    {"directory", "jsonnet", Form::without, "",
     "Jsonnet isn't rendered; write the manifests out, or leave this source to Argo CD"},

    {"helm", "releaseName", Form::text, "helm-release-name"},
    {"helm", "valueFiles", Form::files, "helm-value-files"},
    {"helm", "ignoreMissingValueFiles", Form::truth, "helm-ignore-missing-value-files"},
    {"helm", "values", Form::text, "helm-values"},
    {"helm", "valuesObject", Form::object, "helm-values"},
    {"helm", "parameters", Form::parameters, "helm-parameters"},
    {"helm", "fileParameters", Form::paths, "helm-file-parameters"},
    {"helm", "skipCrds", Form::truth, "helm-skip-crds"},
    {"helm", "skipTests", Form::truth, "helm-skip-tests"},
    {"helm", "skipSchemaValidation", Form::truth, "helm-skip-schema-validation"},
    {"helm", "namespace", Form::text, "helm-namespace"},
    {"helm", "kubeVersion", Form::text, "helm-kube-version"},
    {"helm", "apiVersions", Form::list, "helm-api-versions"},
    {"helm", "version", Form::idle, "",
     "the sidecar's helm renders, and Argo CD has one helm whatever this says"},
    {"helm", "passCredentials", Form::without, "",
     "a plugin gets no credentials from Argo CD; keep the charts that it depends on in its charts/ folder"},

    {"kustomize", "namePrefix", Form::text, "kustomize-name-prefix"},
    {"kustomize", "nameSuffix", Form::text, "kustomize-name-suffix"},
    {"kustomize", "namespace", Form::text, "kustomize-namespace"},
    {"kustomize", "images", Form::list, "kustomize-images"},
    {"kustomize", "replicas", Form::counts, "kustomize-replicas"},
    {"kustomize", "commonLabels", Form::map, "kustomize-common-labels"},
    {"kustomize", "forceCommonLabels", Form::truth, "kustomize-force-common-labels"},
    {"kustomize", "labelWithoutSelector", Form::truth, "kustomize-label-without-selector"},
    {"kustomize", "labelIncludeTemplates", Form::truth, "kustomize-label-include-templates"},
    {"kustomize", "commonAnnotations", Form::map, "kustomize-common-annotations"},
    {"kustomize", "forceCommonAnnotations", Form::truth, "kustomize-force-common-annotations"},
    {"kustomize", "commonAnnotationsEnvsubst", Form::truth, "kustomize-common-annotations-envsubst"},
    {"kustomize", "components", Form::list, "kustomize-components"},
    {"kustomize", "ignoreMissingComponents", Form::truth, "kustomize-ignore-missing-components"},
    {"kustomize", "patches", Form::patches, "kustomize-patches"},
    {"kustomize", "version", Form::without, "",
     "the sidecar's kustomize renders; put that version into the sidecar's image"},
    {"kustomize", "kubeVersion", Form::idle, "",
     "it is for Helm charts in a kustomization, and the plugin refuses these"},
    {"kustomize", "apiVersions", Form::idle, "",
     "they are for Helm charts in a kustomization, and the plugin refuses these"},
};

}  // namespace

std::span<const NativeSetting> native_settings() {
  return table;
}

bool is_set(const source::Setting& setting, const source::Options& options) {
  static const source::Options defaults;
  return std::visit([&](auto member) { return options.*member != defaults.*member; }, setting.member);
}

rapidjson::Value map_value(const source::Map& map, rapidjson::Document& document) {
  rapidjson::Value value(rapidjson::kObjectType);
  for (const auto& [name, text] : map)
    value.AddMember(text_value(name, document), text_value(text, document), document.GetAllocator());
  return value;
}

const source::Setting& setting_named(std::string_view name) {
  const auto all = source::settings();
  return *std::find_if(all.begin(), all.end(), [&](const auto& setting) { return setting.name == name; });
}

}  // namespace drift::migrate
