// Incidents, each in a ConfigMap of one namespace. Everything is written with the version that was read, so of two writers one loses.
#pragma once
#include <string>
#include <vector>

#include "api/incident.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::store {

struct StoredIncident {
  api::Incident incident;
  std::string resource_version;  // empty: not stored yet
};

class Incidents {
 public:
  Incidents(outside::Kubernetes& kubernetes, std::string ns) : kubernetes_(kubernetes), ns_(std::move(ns)) {}

  const std::string& ns() const { return ns_; }

  // By namespace, application and time, the oldest first. What can't be read is left out with a warning.
  std::vector<StoredIncident> list();

  // Makes or replaces it, and notes the new version. Throws ApiError::conflict() where somebody else has.
  void save(StoredIncident& stored);

  // Gone already is no error.
  void remove(const StoredIncident& stored);

 private:
  outside::ResourcePath path_of(const std::string& id) const;

  outside::Kubernetes& kubernetes_;
  std::string ns_;
};

}  // namespace drift::store
