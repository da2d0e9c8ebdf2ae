#include "commands/applications.hpp"

#include "base/error.hpp"
#include "commands/connection_flags.hpp"
#include "commands/duration_option.hpp"

namespace drift::commands {

void declare_which(Arguments& app, WhichApplications& which) {
  const auto ns = app.add_option("--namespace,-n", which.ns, "Argo CD's namespace")
                      .type_name("NAMESPACE")
                      .show_default()
                      .completed_by([&](const std::string&) { return namespaces(which.connection); });
  app.add_flag("--all-namespaces,-A", which.all_spaces, "Applications of all namespaces").excludes(ns);
  app.add_option("--selector,-l", which.selector, "Only Applications with these labels; \"\" is all")
      .show_default();
}

void declare_applications(Arguments& app, ApplicationsOptions& options) {
  options.selector = std::string(keys::gated) + "=true";
  declare_which(app, options);
  app.add_option("--stale-after", options.stale_after,
                 "How old Argo CD's comparison may be: twice timeout.reconciliation with its jitter")
      .type_name("DURATION")
      .show_default();
  app.add_option("--argocd-server", options.argocd.server,
                 "Where Argo CD's API is asked what differs of an application that drifted: https://…")
      .type_name("URL");
  app.add_option("--argocd-token-file", options.argocd.token_file,
                 "A file with a token of an account that may get applications; read anew for each request")
      .type_name("FILE");
  app.add_option("--argocd-ca-file", options.argocd.ca_file,
                 "The authorities of that server's certificate, in PEM; left out: the system's")
      .type_name("FILE");
  declare_connection(app, options.connection);
}

std::string namespace_of(const WhichApplications& which) {
  if (which.all_spaces) return {};
  if (which.ns.empty()) throw InputError("--namespace is empty; expected Argo CD's namespace, or -A");
  return which.ns;
}

std::chrono::seconds stale_after(const ApplicationsOptions& options) {
  return seconds_of("--stale-after", options.stale_after, {std::chrono::seconds(1)},
                    "a duration of at least a second, such as 6m");
}

std::unique_ptr<outside::ArgoCd> argocd_of(const ApplicationsOptions& options, outside::Clock& clock,
                                           outside::TellAnswered answered) {
  const auto& given = options.argocd;
  if (given.server.empty()) {
    if (given.token_file.empty() && given.ca_file.empty()) return nullptr;
    throw InputError("--argocd-token-file and --argocd-ca-file need --argocd-server");
  }
  auto connection = outside::read_argocd_connection(given, outside::environment());
  connection.answered = std::move(answered);
  return outside::connect_argocd(connection, clock);
}

}  // namespace drift::commands
