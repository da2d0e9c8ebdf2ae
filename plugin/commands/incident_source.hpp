// Where commands that tell of more than incidents find the controller's incidents.
#pragma once
#include <string>
#include <vector>

#include "api/incident.hpp"
#include "commands/arguments.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::commands {

struct IncidentSource {
  std::string file;  // else the cluster
  std::string ns;    // empty: the hooks' own
  std::string argocd_ns = "argocd";
};

void declare_incidents_source(Arguments& app, IncidentSource& source);

// A list as `drift-policy incidents --all -o json` prints it. Throws InputError.
std::vector<api::Incident> incidents_in_file(const std::string& file);

// By namespace, application and time. `hooks_ns`: where source.ns is empty. Throws what asking the cluster throws.
std::vector<api::Incident> incidents_in_cluster(outside::Kubernetes& kubernetes, const IncidentSource& source,
                                                const std::string& hooks_ns);

}  // namespace drift::commands
