// What the gate says to people and machines: in its log, which Argo CD shows, and in the alert.
#pragma once
#include <optional>
#include <string>

#include "gate/decision.hpp"
#include "json/canonical.hpp"
#include "store/context.hpp"

namespace drift::gate {

// What happens next, for the report's page: who is asked, until when, and how to answer.
std::string what_next(const store::Run& run, const api::Report& report, const Decision& decision,
                      std::optional<Time> deadline, const std::vector<std::string>& advice);

// `2 approvals by members of security`.
std::string who_is_asked(const Asking& asking);

// The decision and what it asks for, as members of an object.
void add_decision(JsonObject& json, const Decision& decision);

// `pass`, `wait`, `refuse`.
std::string_view step_name(Decision::Step step);

// The decision and the drift as one line of JSON, with its end.
std::string decision_line(const store::Run& run, const api::Report& report, const Decision& decision,
                          std::optional<Time> deadline);

// emergency.json: what drifted, for those whom the alert calls.
std::string emergency_json(const store::Run& run, const api::Plan& plan, const api::Report& report,
                           const std::string& job);

}  // namespace drift::gate
