#include "generate/applicationset.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <utility>

#include "base/keys.hpp"
#include "json/build.hpp"
#include "json/string.hpp"
#include "json/to_yaml.hpp"
#include "kube/sync.hpp"

namespace drift::generate {
namespace {

// A Go template that is the file's value of a key, or something else where the file has none.
std::string value_or(std::string_view key, const std::string& otherwise) {
  return fmt::format("{{{{ get . \"{}\" | default {} }}}}", key, json_string(otherwise));
}

// What an Application of this severity has beside the template. Native self-heal runs no hooks, so only severities that are
// fixed unasked have it; retries would run the gate anew, and ask anew. What is stopped for isn't synced by itself at all.
std::string patch_of(const policy::Severity& severity) {
  const auto action = severity.remediation.action;
  if (action == policy::Action::auto_sync)
    return fmt::format(R"(spec:
  syncPolicy:
    automated: {{prune: true, selfHeal: true}}
    retry: {{limit: {}}}
)",
                       severity.remediation.max_retries.value_or(5));
  return fmt::format(R"(metadata:
  labels:
    {}: "true"
spec:
  syncPolicy:
{}    retry: {{limit: 0}}
)",
                     keys::gated,
                     action == policy::Action::stop ? "" : "    automated: {prune: true, selfHeal: false}\n");
}

// The parameters that the file gives the plugin: a list, so no template of a field can hold it. It goes on under the `spec` that
// every severity's patch ends with.
constexpr const char* parameters = R"({{- with get . "parameters" }}
  source: {plugin: {parameters: {{ toJson . }}}}
{{- end }}
)";

std::string template_patch(const policy::PolicySet& policies) {
  std::string text;
  for (const auto& severity : policies.severities)
    text += fmt::format("{{{{- {} eq .severity {} }}}}\n{}", text.empty() ? "if" : "else if",
                        json_string(severity.name), patch_of(severity));
  return text +
         fmt::format(
             "{{{{- else }}}}\n{{{{ fail (printf \"%s: severity %s, expected one of {}\" "
             ".path.path .severity) }}}}\n{{{{- end }}}}\n",
             policies.severity_names()) +
         parameters;
}

rapidjson::Value generators(const ApplicationSetOptions& options, rapidjson::Document& document) {
  rapidjson::Document generator(&document.GetAllocator()), file(&document.GetAllocator());
  set(file, {"path"}, options.files);
  rapidjson::Value files(rapidjson::kArrayType), list(rapidjson::kArrayType);
  files.PushBack(static_cast<rapidjson::Value&>(file), document.GetAllocator());
  set(generator, {"git", "repoURL"}, options.repository);
  set(generator, {"git", "revision"}, options.revision);
  set(generator, {"git", "files"}, std::move(files));
  list.PushBack(static_cast<rapidjson::Value&>(generator), document.GetAllocator());
  return list;
}

// Whoever rolls an application back switches its automation off for that time.
rapidjson::Value left_alone(rapidjson::Document& document) {
  rapidjson::Document entry(&document.GetAllocator());
  set(entry, {"jsonPointers"},
      text_list(std::vector<std::string>{"/spec/syncPolicy/automated/enabled"}, document));
  rapidjson::Value list(rapidjson::kArrayType);
  list.PushBack(static_cast<rapidjson::Value&>(entry), document.GetAllocator());
  return list;
}

}  // namespace

std::string application_set(const policy::PolicySet& policies, const ApplicationSetOptions& options) {
  rapidjson::Document document;
  set(document, {"apiVersion"}, "argoproj.io/v1alpha1");
  set(document, {"kind"}, "ApplicationSet");
  set(document, {"metadata", "name"}, options.name);
  set(document, {"metadata", "namespace"}, "argocd");
  set(document, {"metadata", "labels", "app.kubernetes.io/part-of"}, "drift-policy");
  const auto spec = [&](JsonPath path, rapidjson::Value&& value) { set(document, path, std::move(value)); };
  spec({"spec", "goTemplate"}, rapidjson::Value(true));
  spec({"spec", "goTemplateOptions"}, text_list(std::vector<std::string>{"missingkey=error"}, document));
  spec({"spec", "syncPolicy", "preserveResourcesOnDeletion"}, rapidjson::Value(true));
  spec({"spec", "ignoreApplicationDifferences"}, left_alone(document));
  // What the controller shows of an incident: otherwise it is taken away at once.
  spec({"spec", "preservedFields", "annotations"},
       text_list(std::vector<std::string>{keys::incident}, document));
  spec({"spec", "generators"}, generators(options, document));
  const auto text = [&](JsonPath path, std::string_view value) { set(document, path, value); };
  text({"spec", "template", "metadata", "name"}, "{{ .name }}");
  text({"spec", "template", "metadata", "labels", keys::severity}, "{{ .severity }}");
  text({"spec", "template", "metadata", "annotations", kube::generate_paths}, value_or("paths", ""));
  text({"spec", "template", "spec", "project"}, value_or("project", options.project));
  text({"spec", "template", "spec", "source", "repoURL"}, value_or("repoURL", options.repository));
  text({"spec", "template", "spec", "source", "targetRevision"}, value_or("revision", options.revision));
  text({"spec", "template", "spec", "source", "path"}, "{{ .folder }}");
  text({"spec", "template", "spec", "source", "plugin", "name"}, options.plugin);
  text({"spec", "template", "spec", "destination", "server"},
       value_or("server", "https://kubernetes.default.svc"));
  text({"spec", "template", "spec", "destination", "namespace"}, "{{ .namespace }}");
  spec({"spec", "template", "spec", "syncPolicy", "syncOptions"},
       text_list(std::vector<std::string>{"CreateNamespace=true"}, document));
  text({"spec", "templatePatch"}, template_patch(policies));
  return block_yaml(document);
}

}  // namespace drift::generate
