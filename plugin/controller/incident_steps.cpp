#include "controller/incident_steps.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;

constexpr std::size_t longest_reason = 400;

}  // namespace

Incident moved(Incident incident, IncidentState state, std::string reason, Time now) {
  if (incident.state != state) {
    incident.changed = now;
    incident.escalated.reset();
  }
  incident.state = state;
  incident.reason = std::move(reason);
  incident.next.reset();
  incident.ended = api::is_over(state) ? std::optional<Time>(now) : std::nullopt;
  return incident;
}

Incident due_at(Incident incident, Time next) {
  incident.next = next;
  return incident;
}

Incident held(Incident incident, const Obstacle& obstacle, Time now) {
  return due_at(moved(std::move(incident), IncidentState::held, obstacle.reason, now), now + obstacle.again);
}

Incident superseded(Incident incident, const std::string& reason, Time now) {
  return moved(std::move(incident), IncidentState::superseded, reason, now);
}

Incident without_due_rollback(Incident incident) {
  if (incident.rollback && incident.rollback->to.empty()) incident.rollback.reset();
  return incident;
}

Incident begun(Incident incident, Time now) {
  if (incident.state != IncidentState::syncing) ++incident.attempts;
  incident.last_attempt = now;
  incident = without_due_rollback(std::move(incident));
  auto reason = fmt::format("sync {} is asked for", incident.attempts);
  if (is_commit(incident)) reason += ", of the new revision " + incident.revision;
  if (incident.action == "approve") reason += "; its gate asks people whether to put Git's state back";
  return moved(std::move(incident), IncidentState::syncing, std::move(reason), now);
}

bool is_of_it(const Summary& summary, const Incident& incident) {
  return summary.operation && summary.operation->attempt == api::attempt_name(incident);
}

bool began_since(const Summary& summary, Time time) {
  const auto began = summary.operation ? parse_time(summary.operation->started) : std::nullopt;
  return began && *began >= std::chrono::floor<std::chrono::seconds>(time);
}

std::string how_it_ended(const Incident& incident, const Operation& operation) {
  return fmt::format("sync {} ended as {}: {}", incident.attempts, printable(operation.phase),
                     message_of(operation));
}

std::string message_of(const Operation& operation) {
  const auto message = printable(operation.message, longest_reason);
  return message.empty() ? "no reason is told" : message;
}

}  // namespace drift::controller
