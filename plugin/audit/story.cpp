#include "audit/story.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/printable.hpp"
#include "base/table.hpp"
#include "base/text.hpp"
#include "json/canonical.hpp"

namespace drift::audit {
namespace {

std::string name_of(const api::Incident& incident, const Story& story) {
  return recorded_name(incident.ns, incident.application, story.argocd_ns);
}

std::string outcome_of(const api::Incident& incident) {
  auto text = fmt::format("incident {} {}", incident.id, api::incident_state_name(incident.state));
  if (!incident.ended) return text;
  const auto lasted = std::max(*incident.ended - incident.detected, Time::duration(0));
  return text + " after " + in_words(std::chrono::duration_cast<std::chrono::seconds>(lasted));
}

std::vector<std::string> incident_cells(const api::Incident& incident, const Story& story) {
  return {"-",
          time_text(incident.detected),
          printable(name_of(incident, story)),
          printable(outcome_of(incident)),
          printable(incident.severity),
          printable(incident.drift),
          printable(shortened(incident.revision)),
          quantity(incident.attempts, "sync") + " asked for"};
}

std::string incident_event_json(const api::Incident& incident, const Story& story) {
  JsonObject json;
  json.text("application", name_of(incident, story));
  json.json("incident", api::incident_json(incident));
  json.text("time", time_text(incident.detected));
  return json.str();
}

// What `of_row` and `of_incident` make of them, by time. An incident stands before the records of its second, which came of it.
template <typename One, typename OfRow, typename OfIncident>
std::vector<One> by_time(const Story& story, const OfRow& of_row, const OfIncident& of_incident) {
  std::vector<std::pair<Time, One>> all;
  all.reserve(story.incidents.size() + story.rows.size());
  for (const auto& incident : story.incidents) all.emplace_back(incident.detected, of_incident(incident));
  for (const auto& row : story.rows)
    all.emplace_back(parse_time(row.entry.time).value_or(Time{}), of_row(row));
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<One> ordered;
  ordered.reserve(all.size());
  for (auto& [time, one] : all) ordered.push_back(std::move(one));
  return ordered;
}

}  // namespace

void leave_out_incidents(Story& story, const Filter& filter) {
  std::erase_if(story.incidents, [&](const api::Incident& incident) {
    return !filter.person.empty() || (!filter.severity.empty() && incident.severity != filter.severity) ||
           (!filter.application.empty() && name_of(incident, story) != filter.application) ||
           (filter.since && incident.detected < *filter.since) ||
           (filter.until && incident.detected > *filter.until);
  });
}

std::string table(const Story& story) {
  using Cells = std::vector<std::string>;
  auto lines = by_time<Cells>(story, table_cells,
                              [&](const api::Incident& incident) { return incident_cells(incident, story); });
  lines.insert(lines.begin(), table_heads());
  return drift::table(lines);
}

std::string story_json(const Story& story) {
  const auto all = by_time<std::string>(
      story, row_json, [&](const api::Incident& incident) { return incident_event_json(incident, story); });
  return json_lines(all, [](const std::string& one) { return one; });
}

}  // namespace drift::audit
