// What gates have found, from the reports that they leave (store/report.hpp), and what a policy that enforces would do about it: whom
// it would ask. So the observe phase can be read before anything waits.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "gate/decision.hpp"
#include "outside/kubernetes/kubernetes.hpp"
#include "store/report.hpp"

namespace drift::approval {

struct ReportQuery {
  std::string ns;           // of the hooks; empty: all
  std::string application;  // as Argo CD calls it; empty: all
  std::optional<Time> since;
};

struct PastReport {
  store::KeptReport kept;
  // What the gate would do if the policy enforced; nothing where the application's last plan can't be read.
  std::optional<gate::Decision> decision;
  // Whether that plan is of another policy or rendering than the report.
  bool other_plan = false;
};

struct PastReports {
  std::vector<PastReport> all;  // those that found drift, newest first
  std::size_t unreadable = 0;
};

// Throws what asking the cluster throws.
PastReports past_reports(outside::Kubernetes& kubernetes, const ReportQuery& query, Time now);

std::string table(const std::vector<PastReport>& reports);
// An array, an object for each, with the report as docs/drift.md lists it.
std::string json(const std::vector<PastReport>& reports);

}  // namespace drift::approval
