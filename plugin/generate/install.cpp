#include "generate/install.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "annotators/hooks/jobs.hpp"
#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "generate/accounts.hpp"
#include "generate/actions.hpp"
#include "generate/health.hpp"
#include "generate/image_reference.hpp"
#include "json/string.hpp"

namespace drift::generate {
namespace {

enum class Use : std::uint8_t { always, unless_left_out, where_wanted };

// A folder of deploy/. Kustomize takes resources first; a component changes what is there by then.
struct Part {
  std::string_view name;
  bool component;
  Use use;
  std::string_view needs;  // another part
};

constexpr Part parts[] = {{"stock", false, Use::always, ""},
                          {"hooks", false, Use::always, ""},
                          {"network", false, Use::always, ""},
                          {"admission", false, Use::always, ""},
                          {"gated", false, Use::unless_left_out, ""},
                          {"controller", false, Use::where_wanted, ""},
                          {"notifications", false, Use::where_wanted, ""},
                          {"sidecar", true, Use::always, ""},
                          {"paths", true, Use::unless_left_out, ""},
                          {"health", true, Use::unless_left_out, ""},
                          {"actions", true, Use::unless_left_out, ""},
                          {"observe", true, Use::unless_left_out, ""},
                          {"discovery", true, Use::where_wanted, ""},
                          {"differences", true, Use::where_wanted, "controller"},
                          {"remediation", true, Use::where_wanted, "differences"},
                          {"metrics", true, Use::where_wanted, "controller"},
                          {"stock-server", false, Use::where_wanted, ""},
                          {"ui", true, Use::where_wanted, "stock-server"}};

std::vector<std::string> parts_of_use(Use use) {
  std::vector<std::string> names;
  for (const auto& part : parts)
    if (part.use == use) names.emplace_back(part.name);
  return names;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_names(std::string_view option, const std::vector<std::string>& given, Use use) {
  const auto known = parts_of_use(use);
  for (const auto& name : given)
    if (!has(known, name))
      throw InputError(fmt::format("{} {}: expected {}{}", option, in_quotes(name), joined(known),
                                   did_you_mean(name, known)));
}

std::vector<Part> chosen_parts(const InstallOptions& options) {
  check_names("--with", options.with, Use::where_wanted);
  check_names("--without", options.without, Use::unless_left_out);
  auto wanted = options.with;
  for (std::size_t i = 0; i < wanted.size(); ++i)  // grows while it is gone through
    for (const auto& part : parts)
      if (part.name == wanted[i] && !part.needs.empty() && !has(wanted, part.needs))
        wanted.emplace_back(part.needs);
  std::vector<Part> chosen;
  for (const auto& part : parts)
    if (part.use == Use::always || (part.use == Use::unless_left_out && !has(options.without, part.name)) ||
        has(wanted, part.name))
      chosen.push_back(part);
  return chosen;
}

// Who may run what, and what is told to hooks of how many records stay: the same as the policy says.
std::string accounts_of_the_cluster(std::string text, const policy::Hooks& hooks) {
  const auto retention = fmt::format("{}", fmt::join(annotators::retention(hooks.records), " "));
  replace_all(text, "\n  retention: --keep-records 1000\n", fmt::format("\n  retention: {}\n", retention));
  if (hooks.image && !hooks.image->empty())
    replace_all(text, "\n  otherImages: \"\"\n",
                fmt::format("\n  otherImages: {}\n", json_string(*hooks.image)));
  return text;
}

std::string of_policy(const embedded::File& file, const policy::PolicySet& policies) {
  if (file.path == "admission/accounts.yaml")
    return accounts_of_the_cluster(std::string(file.text), policies.hooks);
  return std::string(file.text);
}

// Argo CD's namespace stands at the end of a line, and in the names of its accounts.
std::string in_namespace(const std::string& text, const std::string& ns) {
  if (ns == "argocd") return text;
  auto moved = text;
  replace_all(moved, "namespace: argocd\n", fmt::format("namespace: {}\n", ns));
  replace_all(moved, "serviceaccount:argocd:", fmt::format("serviceaccount:{}:", ns));
  return moved;
}

std::string images(const ImageReference& image) {
  auto text = fmt::format("- name: drift-policy\n  newName: {}\n", image.repository);
  if (!image.tag.empty()) text += fmt::format("  newTag: \"{}\"\n", image.tag);
  if (!image.digest.empty()) text += fmt::format("  digest: {}\n", image.digest);
  return text;
}

std::string list(const std::vector<Part>& chosen, bool components) {
  std::string text;
  for (const auto& part : chosen)
    if (part.component == components) text += fmt::format("- deploy/{}\n", part.name);
  return text;
}

constexpr std::string_view kustomization = R"(# Written by
#
#   {command}
#
# Run it again after a change of policy.yaml, or with a newer program: it writes anew what follows from them, and refuses where
# somebody changed a file by hand. For patches of your own, make a kustomization that lists this folder under `resources`.
#
# To install: kubectl apply --server-side --field-manager=drift-policy -k FOLDER
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
{resources}components:
{components}configMapGenerator:
- name: drift-policy
  namespace: {ns}
  files: [policy.yaml]
  options:
    labels: {{app.kubernetes.io/part-of: drift-policy}}
images:
{images}# The hooks run the sidecar's image, and may run no other.
replacements:
- source:
    kind: Deployment
    name: argocd-repo-server
    fieldPath: "spec.template.spec.containers.[name=drift-policy].image"
  targets:
  - select: {{kind: Deployment, name: argocd-repo-server}}
    fieldPaths: ["spec.template.spec.containers.*.env.[name=DRIFT_POLICY_IMAGE].value"]
  - select: {{kind: ConfigMap, name: drift-policy-accounts}}
    fieldPaths: [data.images]
)";

}  // namespace

std::vector<std::string> optional_parts() {
  return parts_of_use(Use::where_wanted);
}

std::vector<std::string> parts_to_leave_out() {
  return parts_of_use(Use::unless_left_out);
}

std::string first_policy() {
  std::string text(embedded::baseline_yaml());
  replace_all(text, "\n    # namespace: drift-policy\n",
              fmt::format("\n    namespace: {}\n", installed_namespace));
  return text;
}

std::vector<InstallFile> install_files(const policy::PolicySet& policies, const InstallOptions& options) {
  if (policies.hooks.ns != installed_namespace)
    throw InputError(fmt::format(
        "hooks.namespace is {}; expected {}, the namespace that is installed (docs/install.md has the "
        "way by hand)",
        policies.hooks.ns ? in_quotes(*policies.hooks.ns) : "not set", installed_namespace));
  const auto image = read_image_reference(options.image);
  const auto chosen = chosen_parts(options);
  const auto is_chosen = [&](std::string_view path) {
    const auto folder = path.substr(0, path.find('/'));
    return std::any_of(chosen.begin(), chosen.end(), [&](const Part& part) { return part.name == folder; });
  };
  std::vector<InstallFile> files;
  const auto add = [&](std::string_view path, const std::string& text) {
    if (is_chosen(path))
      files.push_back({fmt::format("deploy/{}", path), in_namespace(text, options.argocd_ns)});
  };
  for (const auto& file : embedded::deploy_files()) add(file.path, of_policy(file, policies));
  add("hooks/accounts.yaml", accounts(policies));
  add("health/argocd-cm.yaml", health_scripts(policies, {}).config_map);
  add("actions/argocd-cm.yaml", actions_patch());
  files.push_back({"schema.json", std::string(embedded::schema_json())});
  files.push_back(
      {"kustomization.yaml",
       fmt::format(kustomization, fmt::arg("command", options.command),
                   fmt::arg("resources", list(chosen, false)), fmt::arg("components", list(chosen, true)),
                   fmt::arg("ns", options.argocd_ns), fmt::arg("images", images(image)))});
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

}  // namespace drift::generate
