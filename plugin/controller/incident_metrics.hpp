// What is counted of incidents, without the name of an application: docs/metrics.md has the table. Pure. One thread at a time.
#pragma once
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/incident.hpp"
#include "controller/exposition.hpp"

namespace drift::controller {

class IncidentMetrics {
 public:
  // `by_hand`: how long a person would have taken to put drift back.
  IncidentMetrics(Registry& registry, std::chrono::seconds by_hand);

  // What is open now, as it was found in the cluster; nothing where this process doesn't lead. These are no new incidents.
  void found(const std::vector<api::Incident>& open);
  // An incident as it has become.
  void changed(const api::Incident& incident);

 private:
  struct Families {
    Family &all, &open, &oldest, &resolution, &remediations, &rollbacks, &escalations, &commits, &put_backs,
        &prevented, &saved;
  };
  static Families families_in(Registry& registry);
  // A severity as a label: the first twenty that are seen, and `other` for the rest, since policies choose their names.
  std::string severity_of(const api::Incident& incident);
  void count_change(const api::Incident* before, const api::Incident& incident);
  // A sync has put the drift back.
  void count_remediated(const api::Incident& incident);
  void count_put_back(const api::Incident* before, const api::Incident& incident);
  void count_commit(const api::Incident* before, const api::Incident& incident);
  void show();

  Families families_;
  double by_hand_;                             // seconds
  std::map<std::string, api::Incident> open_;  // by id
  std::set<Labels> shown_;
  std::set<std::string> severities_;
};

}  // namespace drift::controller
