#include "commands/incident_source.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "commands/audit_source.hpp"
#include "json/read.hpp"
#include "outside/file.hpp"
#include "store/incidents.hpp"

namespace drift::commands {

void declare_incidents_source(Arguments& app, IncidentSource& source) {
  const auto file =
      app.add_option("--incidents-file", source.file,
                     "Incidents as `incidents --all -o json` prints them, instead of the cluster's")
          .type_name("FILE");
  app.add_option("--incidents-namespace", source.ns,
                 "The platform's namespace, where incidents are kept (default: the hooks')")
      .type_name("NAMESPACE")
      .excludes(file);
  app.add_option("--argocd-namespace", source.argocd_ns,
                 "Argo CD's namespace, whose Applications have none in records")
      .type_name("NAMESPACE")
      .show_default();
}

std::vector<api::Incident> incidents_in_file(const std::string& file) {
  const auto json = parse_json(file, outside::read_file_or_stdin(file, longest_audit_file));
  if (!json.IsArray())
    throw InputError(fmt::format("{}: expected a list, as `incidents --all -o json` prints it", file));
  std::vector<api::Incident> all;
  for (const auto& incident : json.GetArray()) {
    try {
      all.push_back(api::read_incident(to_json(incident)));
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: incident {}: {}", file, all.size() + 1, error.what()));
    }
  }
  return all;
}

std::vector<api::Incident> incidents_in_cluster(outside::Kubernetes& kubernetes, const IncidentSource& source,
                                                const std::string& hooks_ns) {
  std::vector<api::Incident> all;
  for (auto& stored : store::Incidents(kubernetes, source.ns.empty() ? hooks_ns : source.ns).list())
    all.push_back(std::move(stored.incident));
  return all;
}

}  // namespace drift::commands
