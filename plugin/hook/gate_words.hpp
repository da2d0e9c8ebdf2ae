// What the gate says to people and machines: in its log, which Argo CD shows, and in the alert.
#pragma once
#include <optional>
#include <string>

#include "hook/context.hpp"
#include "hook/gate_decision.hpp"

namespace drift::hook {

// What happens next, for the report's page: who is asked, until when, and how to answer.
std::string what_next(const Run& run, const analysis::Report& report, const Decision& decision,
                      std::optional<audit::Time> deadline, const std::vector<std::string>& advice);

// `pass`, `wait`, `refuse`.
std::string_view step_name(Decision::Step step);

// The decision and the drift as one line of JSON, with its end.
std::string decision_line(const Run& run, const analysis::Report& report, const Decision& decision,
                          std::optional<audit::Time> deadline);

// emergency.json: what drifted, for those whom the alert calls.
std::string emergency_json(const Run& run, const analysis::Plan& plan, const analysis::Report& report,
                           const std::string& job);

}  // namespace drift::hook
