// Incidents for people and programs.
#pragma once
#include <string>
#include <vector>

#include "api/incident.hpp"

namespace drift::controller {

// `2026-11-29T10:00:00Z argocd/web incident web-1f3c9a02 syncing: sync 1 is asked for`, with its end.
std::string line(Time at, const api::Incident& incident);

// That on one line of JSON: `time`, and all of the incident below `incident`.
std::string json_line(Time at, const api::Incident& incident);

// Rows as kubectl lays them out.
std::string table(const std::vector<api::Incident>& all, Time now);

// All of one, a line each.
std::string details(const api::Incident& incident);

}  // namespace drift::controller
