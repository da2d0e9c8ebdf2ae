#include "controller/escalation.hpp"

#include "controller/incident_steps.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;

// At a gate from the begin of its sync, some seconds before the gate asks: its Job may be on another cluster.
std::optional<Time> waits_since(const Incident& incident, const Summary& summary) {
  switch (incident.state) {
    case IncidentState::held:
    case IncidentState::exhausted:
    case IncidentState::rollback_failed:
      return incident.changed;
    case IncidentState::syncing:
    case IncidentState::rolling_back:
      if (!is_of_it(summary, incident) || !summary.operation->gate_runs) return std::nullopt;
      return parse_time(summary.operation->started);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Time> escalation_due(const Incident& incident, const Summary& summary) {
  if (!incident.escalate_after || incident.escalated) return std::nullopt;
  const auto since = waits_since(incident, summary);
  return since ? std::optional<Time>(*since + *incident.escalate_after) : std::nullopt;
}

Incident escalated(Incident incident, Time now) {
  incident.escalated = now;
  ++incident.escalations;
  return incident;
}

}  // namespace drift::controller
