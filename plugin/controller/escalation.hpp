// When more people are told of an incident that waits for somebody: once for each wait, after `escalateAfter` of its severity. Pure.
#pragma once
#include <optional>

#include "api/incident.hpp"
#include "controller/summary.hpp"

namespace drift::controller {

// When they are to be told. Nothing: it waits for nobody, they were told, or the policy says nothing of it.
std::optional<Time> escalation_due(const api::Incident& incident, const Summary& summary);

// They are told, by what stands on the Application.
api::Incident escalated(api::Incident incident, Time now);

}  // namespace drift::controller
