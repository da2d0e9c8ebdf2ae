// `drift-policy doctor`: what is installed, and what of it keeps gates from holding.
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/format.hpp"
#include "controller/applications.hpp"
#include "controller/diagnosis.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct DoctorOptions {
  std::string ns = "argocd", platform_ns = "drift-policy", output = "text";
  outside::ConnectionOptions connection;
};

controller::Found find_one(outside::Kubernetes& kubernetes, const outside::ResourcePath& path) {
  controller::Found found;
  try {
    if (auto object = kubernetes.get(path)) found.object = *std::move(object);
  } catch (const outside::ApiError& error) {
    if (!error.forbidden()) throw;
    found.known = false;
  }
  return found;
}

// The policies that bindings of ours put in force.
void find_policies(outside::Kubernetes& kubernetes, controller::Installed& installed) {
  try {
    kubernetes.list({"admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "", "", ""},
                    "app.kubernetes.io/part-of=drift-policy", [&](const rapidjson::Value& binding) {
                      installed.policies.push_back(text_at(binding, {"spec", "policyName"}));
                      return true;
                    });
  } catch (const outside::ApiError& error) {
    if (!error.leaves_it_open()) throw;
    installed.policies_known = false;
  }
}

Exit run_doctor(const DoctorOptions& options) {
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.connection, outside::environment(), clock);
  controller::Installed installed;
  installed.argocd_ns = options.ns;
  installed.repo_server =
      find_one(*kubernetes, {"apps", "v1", "deployments", options.ns, "argocd-repo-server", ""});
  installed.settings = find_one(*kubernetes, {"", "v1", "configmaps", options.ns, "argocd-cm", ""});
  installed.parameters =
      find_one(*kubernetes, {"", "v1", "configmaps", options.ns, "argocd-cmd-params-cm", ""});
  installed.accounts =
      find_one(*kubernetes, {"", "v1", "configmaps", options.platform_ns, "drift-policy-accounts", ""});
  find_policies(*kubernetes, installed);
  kubernetes->list(controller::applications_in(options.ns), "", [&](const rapidjson::Value& application) {
    if (controller::concerns_us(application))
      installed.applications.emplace_back().CopyFrom(application,
                                                     installed.applications.back().GetAllocator());
    return true;
  });
  const auto all = controller::diagnose(installed);
  if (options.output == "text") {
    const bool colour = outside::coloured(outside::Colour::automatic, STDOUT_FILENO, outside::environment());
    outside::print({controller::diagnosis_text(all, colour)});
  } else {
    outside::print({in_format(controller::diagnosis_json(all), options.output)});
  }
  return controller::has_problem(all) ? Exit::refused : Exit::ok;
}

}  // namespace

Action declare_doctor(Arguments& app) {
  auto options = std::make_shared<DoctorOptions>();
  const auto found = [options = options.get()](const std::string&) {
    return namespaces(options->connection);
  };
  app.add_option("--namespace,-n", options->ns, "Argo CD's namespace")
      .type_name("NAMESPACE")
      .show_default()
      .completed_by(found);
  app.add_option("--hooks-namespace", options->platform_ns, "The platform's namespace, where hooks run")
      .type_name("NAMESPACE")
      .show_default()
      .completed_by(found);
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml"})
      .show_default();
  declare_connection(app, options->connection);
  return [options] { return run_doctor(*options); };
}

}  // namespace drift::commands
