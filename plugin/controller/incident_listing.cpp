#include "controller/incident_listing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/printable.hpp"
#include "base/table.hpp"
#include "base/text.hpp"
#include "json/canonical.hpp"

namespace drift::controller {
namespace {

constexpr std::size_t widest_reason = 300;

std::string state_of(const api::Incident& incident) {
  return std::string(api::incident_state_name(incident.state));
}

// For people.
std::string shown_state_of(const api::Incident& incident) {
  return state_of(incident) + (incident.escalated ? " (escalated)" : "");
}

std::string name_of(const api::Incident& incident) {
  return printable(api::display(incident), widest_reason);
}

std::string put_backs_of(const api::Incident& incident) {
  if (incident.put_backs.empty()) return {};
  std::string text = "Put back by syncs of these objects alone, without hooks:\n";
  for (const auto& one : incident.put_backs) {
    text +=
        fmt::format("  {}  {}  to {}\n", time_text(one.asked),
                    one.ended ? printable(one.outcome, widest_reason) : "under way", cell_of(one.revision));
    if (!one.message.empty()) text += fmt::format("    {}\n", printable(one.message, widest_reason));
    for (const auto& object : one.objects) text += fmt::format("    {}\n", printable(object, widest_reason));
  }
  return text;
}

// What is said of one that is under way or has just ended, in a line.
std::string newest_put_back(const api::Incident& incident) {
  if (incident.put_backs.empty() || incident.state != api::IncidentState::held) return {};
  const auto& newest = incident.put_backs.back();
  return fmt::format("; {} put back by itself: {}", quantity(newest.objects.size(), "object"),
                     newest.ended ? printable(newest.outcome, widest_reason) : "under way");
}

std::string age(const api::Incident& incident, Time now) {
  const auto until = incident.ended.value_or(now);
  return in_words(std::chrono::duration_cast<std::chrono::seconds>(
      std::max(until - incident.detected, Time::duration(0))));
}

}  // namespace

std::string line(Time at, const api::Incident& incident) {
  return fmt::format("{} {} incident {} {}: {}{}\n", time_text(at), name_of(incident), incident.id,
                     shown_state_of(incident), cell_of(incident.reason), newest_put_back(incident));
}

std::string json_line(Time at, const api::Incident& incident) {
  JsonObject object;
  object.text("time", time_text(at));
  object.json("incident", api::incident_json(incident));
  return object.str() + "\n";
}

std::string table(const std::vector<api::Incident>& all, Time now) {
  std::vector<std::vector<std::string>> rows = {
      {"INCIDENT", "APPLICATION", "STATE", "SEVERITY", "SYNCS", "LASTED", "REASON"}};
  for (const auto& incident : all)
    rows.push_back({incident.id, name_of(incident), shown_state_of(incident), cell_of(incident.severity),
                    std::to_string(incident.attempts), age(incident, now), cell_of(incident.reason)});
  return drift::table(rows);
}

std::string details(const api::Incident& incident) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](const char* name, const std::string& value) {
    if (!value.empty()) rows.push_back({name, printable(value, widest_reason)});
  };
  const auto time = [&](const char* name, const std::optional<Time>& value) {
    if (value) row(name, time_text(*value));
  };
  row("Incident:", incident.id);
  row("Application:", api::display(incident));
  row("State:", state_of(incident));
  row("Reason:", incident.reason);
  if (is_commit(incident)) row("About:", "a new revision of Git");
  row("Severity:", incident.severity);
  row("Action:", incident.action);
  row("Drift:", incident.drift);
  row("Revision:", incident.revision);
  if (incident.rollback) {
    row("Failed revision:", incident.rollback->from);
    row("Goes back to:", incident.rollback->to);
  }
  time("Detected:", incident.detected);
  time("Changed:", incident.changed);
  row("Syncs:", std::to_string(incident.attempts));
  time("Last sync:", incident.last_attempt);
  time("Escalated:", incident.escalated);
  time("Looked at next:", incident.next);
  time("Ended:", incident.ended);
  auto text = drift::table(rows);
  if (!incident.objects.empty()) text += "Objects:\n";
  for (const auto& object : incident.objects)
    text += fmt::format("  {}  {}{}\n", printable(object.object, widest_reason), object.state,
                        object.severity.empty() ? "" : "  " + object.severity);
  if (incident.more > 0) text += fmt::format("  and {} more\n", incident.more);
  return text + put_backs_of(incident);
}

}  // namespace drift::controller
