#include "hooks/failure_cause.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drift::hooks {
namespace {

using api::Outcome;
using End = api::JobResult::End;

// The gate's own words where it had the time to write any, else what Kubernetes says of its Job.
std::string words_of(const api::GateResult& gate, const std::string& otherwise) {
  if (!gate.reason.empty()) return gate.reason;
  return gate.message.empty() ? otherwise : fmt::format("{} ({})", otherwise, gate.message);
}

// What the gate itself said. Only where it left no word at all it is of a release that had none.
api::GateCause refusal_of(const api::GateResult& gate) {
  if (gate.state != api::GateState::refused) return api::GateCause::none;
  return gate.cause.empty() ? api::refusal_in_words(gate.reason) : api::gate_cause_of(gate.cause);
}

Cause failed_gate(const api::GateResult& gate) {
  const auto refusal = refusal_of(gate);
  if (refusal == api::GateCause::rejected) return {"rejected", gate.reason, Outcome::refused};
  if (refusal == api::GateCause::gate_failed) return {"gateFailed", gate.reason, Outcome::failed};
  const auto no = std::find_if(gate.answers.begin(), gate.answers.end(), [&](const api::Answer& answer) {
    return answer.action == "reject" && answer.drift == gate.drift;
  });
  if (no != gate.answers.end() && (refusal == api::GateCause::none || gate.cause.empty()))
    return {"rejected", fmt::format("rejected by {}: {}", no->person, no->reason), Outcome::refused};
  const bool waiting = gate.state == api::GateState::waiting;
  const bool late = refusal == api::GateCause::timed_out ||
                    (refusal == api::GateCause::none && gate.why == "DeadlineExceeded");
  if (late && (waiting || gate.state == api::GateState::refused))
    return {"timedOut",
            words_of(gate, fmt::format("nobody approved {} {} until {}",
                                       gate.change_severity.empty() ? "the drift" : "the change from Git",
                                       gate.drift, gate.deadline)),
            Outcome::refused};
  if (gate.state == api::GateState::refused)
    return {"refused", words_of(gate, "the policy doesn't let this drift pass"), Outcome::refused};
  return {"gateFailed", words_of(gate, fmt::format("the gate failed: {}", gate.why)), Outcome::failed};
}

}  // namespace

Cause cause_of(const std::optional<api::GateResult>& gate, const std::optional<api::JobResult>& audit,
               const std::string& plan_digest) {
  if (!gate || gate->plan_digest != plan_digest)
    return {
        "gateNotReached",
        "the sync failed before the gate ran: the plan, the hooks' rights or an earlier hook could not be "
        "applied; or its Job was deleted since",
        Outcome::failed};
  if (gate->end == End::failed) return failed_gate(*gate);
  if (gate->end == End::running)
    return {"gateFailed", "the sync failed while the gate was still at work", Outcome::failed};
  const bool of_this_sync = audit && audit->plan_digest == plan_digest && audit->created >= gate->created;
  if (of_this_sync && audit->end == End::failed)
    return {"auditFailed",
            fmt::format("everything was applied, but the audit failed: {}",
                        audit->message.empty() ? audit->why : audit->message),
            Outcome::failed};
  if (of_this_sync && audit->end == End::complete)
    return {"applyFailed", "a hook that runs after the audit failed", Outcome::failed};
  return {
      "applyFailed",
      "the gate let the sync go on; applying, or a later hook, failed. What the API server said stands in "
      "the Application's status.operationState",
      Outcome::failed};
}

Cause hook_failed(const std::vector<std::string>& hooks) {
  const auto more = hooks.size() > 1 ? fmt::format("; and {} more", hooks.size() - 1) : std::string();
  return {"hookFailed", fmt::format("a hook of the application failed: {}{}", hooks.front(), more),
          Outcome::failed};
}

}  // namespace drift::hooks
