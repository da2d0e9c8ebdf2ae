// What the gate does about drift and Git's own changes, as a pure function of what was found, what the policy says and what people
// answered.
//
// Whatever is not understood is refused: nothing gets past the gate because something is missing or unknown.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "api/gate_words.hpp"
#include "api/plan.hpp"
#include "api/record.hpp"
#include "api/report.hpp"
#include "base/time.hpp"

namespace drift::gate {

// Whose people are asked, and for what.
struct Asking {
  // Words (api/answer.hpp) with spaces between: the drift's severity, `high.changes` for Git's changes, or both. The people of each must
  // agree, so somebody's yes counts who may answer to all of them.
  std::string severity;
  bool overrides = false;  // the severity is a stop: only `override` answers count
  unsigned needed = 1;     // different people
  std::vector<std::string> groups;
  bool through_argocd = false;  // whether an answer through Argo CD counts
  std::chrono::seconds timeout{0};
  std::optional<std::chrono::seconds> escalate_after;

  std::string_view action() const { return overrides ? "override" : "approve"; }
};

struct Question {
  const api::Plan& plan;
  const api::Report& report;
  const std::vector<api::Answer>& answers;  // of whatever drift
  // Severities for which an answer through Argo CD counts.
  const std::vector<std::string>& through_argocd;
  bool observe = false;
  Time now;
  std::optional<Time> deadline;  // unset: nobody was asked yet
  // What people can do about it (gate/advice.hpp).
  const std::vector<std::string>& advice;
};

struct Decision {
  enum class Step { pass, wait, refuse } step = Step::refuse;
  api::GateCause cause = api::GateCause::none;
  std::string reason;              // the same as one sentence
  std::optional<Asking> asking;    // where somebody is asked, whatever came of it
  std::vector<api::Answer> given;  // those that count, one for each person
};

Decision decide(const Question& question);

// The same of a gate that begins now: nobody was asked, and nobody has answered.
Decision decide_unanswered(const api::Plan& plan, const api::Report& report, Time now);

// Whether this report is an emergency: drift of a severity that is restored at once or stops everything, or a base that somebody has
// spoilt.
bool is_emergency(const api::Plan& plan, const api::Report& report);

// `Approved by alice (reason).`, one for each person.
std::string people(const std::vector<api::Answer>& answers);

}  // namespace drift::gate
