#include "render/application.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <future>
#include <memory>
#include <system_error>

#include "annotators/hooks/authors.hpp"
#include "annotators/hooks/hooks.hpp"
#include "base/printable.hpp"
#include "base/suggest.hpp"
#include "kube/repeated.hpp"
#include "outside/log.hpp"
#include "outside/own_limits.hpp"
#include "outside/process.hpp"
#include "policy/decide.hpp"
#include "policy/inputs.hpp"
#include "source/repository.hpp"
#include "source/source.hpp"

namespace drift::render {
namespace {
namespace fs = std::filesystem;

// Where the application's own policy lies: in the folder that is rendered. Never empty.
fs::path folder_of(const std::string& path) {
  if (path == "-") return ".";
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return path;
  const auto folder = fs::path(path).parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

// The folder's own name, however the path to it is written: `web` of `.`, `web/` and `../web`. Helm takes its release's
// name from the same folder.
std::string name_of(const fs::path& folder) {
  std::error_code error;
  return fs::canonical(folder, error).filename().string();
}

// The application's own policy; a link may not lead out of the repository.
std::optional<std::string> application_policy(const fs::path& folder, const source::Context& context) {
  const fs::path file = folder / policy::application_file;
  if (!fs::exists(fs::symlink_status(file))) return std::nullopt;
  const source::Repository repository(folder, context);
  return repository.resolve(policy::application_file, policy::application_file).string();
}

// The platform may let a plugin observe, whatever the policy says. Nothing of an application's can reach this variable:
// Argo CD gives its settings to plugins as ARGOCD_ENV_*.
void let_observe(policy::PolicySet& policies, const outside::Environment& environment) {
  const auto found = environment.find("DRIFT_POLICY_ENFORCEMENT");
  if (found == environment.end()) return;
  if (found->second != "observe")
    throw InputError(fmt::format("DRIFT_POLICY_ENFORCEMENT is {}; expected observe, or that it isn't set",
                                 in_quotes(found->second)));
  policies.enforcement = policy::Enforcement::observe;
}

policy::PolicySet policies_for(const Request& request, const source::Context& context,
                               const outside::Environment& environment) {
  auto inputs = policy::inputs_of(request.policy, environment);
  inputs.called_by_argocd = environment.contains("ARGOCD_APP_NAME");
  if (inputs.flag && inputs.called_by_argocd)
    spdlog::warn(
        "--policy {} is not looked at, since ARGOCD_APP_NAME says that Argo CD calls; expected the "
        "platform's policies in DRIFT_POLICY_PATH or in {}",
        printable(request.policy), policy::mounted_folder);
  inputs.application = application_policy(folder_of(request.path), context);
  inputs.application_name = (folder_of(request.path) / policy::application_file).lexically_normal().string();
  std::vector<Finding> warnings;  // `check` shows them; here they would be in the way of every sync
  auto policies = policy::resolve_policies(inputs, warnings);
  let_observe(policies, environment);
  if (request.no_hooks) policies.hooks_from = policies.severities.size();
  return policies;
}

api::Application application_of(const Request& request, const source::Context& context,
                                const outside::Environment& environment) {
  api::Application application;
  application.name = context.app_name;
  if (application.name.empty() && request.path != "-") application.name = name_of(folder_of(request.path));
  if (application.name.empty()) application.name = "application";
  application.ns = context.ns;
  application.project = context.project;
  application.revision = context.revision;
  application.repository = context.repo_url;
  application.path = context.source_path.value_or(request.path);
  application.image = outside::value_or(environment, "DRIFT_POLICY_IMAGE");
  // A preview is readable without the image that only the sidecar knows.
  if (application.image.empty() && !environment.contains("ARGOCD_APP_NAME"))
    application.image = "drift-policy:" DRIFT_VERSION;
  return application;
}

void warn_of(const Rendered& rendered) {
  const auto& policies = rendered.policies;
  if (policies.enforcement == policy::Enforcement::observe && !policies.none)
    for (const auto& [object, finding] : annotators::forbidden_hooks(input_of(rendered)))
      outside::log(spdlog::level::warn,
                   {finding.place, finding.message + " (refused once the policy is enforced)"});
  for (const auto& finding : policy::unmet_expectations(policies, rendered.verdicts))
    outside::log(spdlog::level::warn, finding);
  for (const auto& finding : kube::repeated_objects(policies.kinds, *rendered.manifests, rendered.injected,
                                                    rendered.application.ns))
    outside::log(spdlog::level::warn, finding);
}

void refuse_empty(const Rendered& rendered, const std::string& path) {
  if (!rendered.manifests->objects().empty() || rendered.policies.allow_empty || rendered.policies.none)
    return;
  throw Refusal(
      fmt::format("{}: there is no manifest in it, and Argo CD would prune everything that the application "
                  "has; expected at least one, or a policy with \"allowEmpty: true\"",
                  path == "-" ? "<stdin>" : printable(path)));
}

}  // namespace

Rendered application(const Request& request, const outside::Environment& environment, Scope wanted) {
  const auto settings = source::read_settings(request.source, environment);
  outside::set_log_fields({{"application", settings.context.app_name}, {"namespace", settings.context.ns}});
  outside::bound_this_process(settings.context.limits);
  outside::SystemPrograms programs(environment, settings.context.limits);
  auto source = source::load(request.path, settings.options, settings.context, programs);
  for (const auto& warning : source.warnings) spdlog::warn("{}", warning);
  // Policies and manifests are read at the same time: neither asks about the other.
  auto policies = std::async(std::launch::async | std::launch::deferred,
                             [&] { return policies_for(request, settings.context, environment); });
  auto manifests = std::make_unique<manifest::Manifests>(std::move(source.files));
  auto rendered = render(std::move(manifests), policies.get(),
                         application_of(request, settings.context, environment), wanted);
  if (environment.contains("ARGOCD_APP_NAME") && !rendered.policies.none)
    annotators::require_hooks_namespace(input_of(rendered));
  warn_of(rendered);
  refuse_empty(rendered, request.path);
  return rendered;
}

}  // namespace drift::render
