// The gate's own Job. All that a gate has to know after its pod was killed or moved to another node stands in its
// annotations; docs/gate.md lists them.
#pragma once
#include <rapidjson/document.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/gate_status.hpp"
#include "base/time.hpp"
#include "store/context.hpp"

namespace drift::gate {

struct GateJob : api::GateResult {
  std::string version;  // resourceVersion
  std::string account;  // the ServiceAccount that its pods run as; empty: not known
  // Severities for which an answer through Argo CD counts; fixed when the Job was made.
  std::vector<std::string> through_argocd;
  std::optional<Time> waiting_since, deadline_time;
  // When Kubernetes ends the Job; unset: not known.
  std::optional<Time> end_by;
  std::map<std::string, std::string> annotations;  // under drift-policy.dev/

  // One of them; empty where it isn't there.
  std::string note(const std::string& key) const;
};

GateJob read_gate_job(const rapidjson::Value& job);

// Annotations to write (base/keys.hpp); unset: to remove.
using Notes = std::map<std::string, std::optional<std::string>>;

// Writes what is different; the Job as it is then. `unchanged`: only if nobody wrote to it since it was read, else
// ApiError::conflict(). Never onto another Job of the same name.
GateJob annotate(const store::Run& run, const GateJob& job, const Notes& notes, bool unchanged = false);

// Makes Kubernetes fail the Job with this message, which is what Argo CD shows of it. It ends the Job's pods.
void fail_job(const store::Run& run, const std::string& uid, const std::string& message);

}  // namespace drift::gate
