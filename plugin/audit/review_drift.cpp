// What drifted, what became of it, and how long that took.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "api/report.hpp"
#include "audit/review_parts.hpp"
#include "base/error.hpp"

namespace drift::audit {
namespace {

using Counts = std::map<std::pair<std::string, std::string>, std::size_t>;

std::vector<Count> listed(const Counts& counts) {
  std::vector<Count> all;
  for (const auto& [key, count] : counts) all.push_back({key.first, key.second, count});
  return all;
}

template <typename Frequent, typename Often>
void keep_most_frequent(std::vector<Frequent>& all, const Often& often) {
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return often(a) > often(b); });
  all.resize(std::min(all.size(), most_listed));
}

bool had_drift(const Row& row) {
  return row.record && !row.record->severity.empty();
}

std::chrono::seconds whole_seconds(Time::duration time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time);
}

// As `Deployment /spec/replicas`, or `Service deleted` where the object's state says all.
std::set<std::string> fields_of(const api::Report& report) {
  std::set<std::string> fields;
  for (const auto& object : report.objects) {
    if (!api::is_drift(object)) continue;
    for (const auto& difference : object.differences) fields.insert(object.kind + " " + difference.pointer);
    if (object.differences.empty())
      fields.insert(fmt::format("{} {}", object.kind, api::state_name(object.state)));
  }
  return fields;
}

}  // namespace

std::vector<Count> sync_counts(const RowList& rows) {
  Counts counts;
  for (const auto* row : rows)
    ++(row->record ? counts[{row->record->severity, std::string(api::outcome_name(row->record->outcome))}]
                   : counts[{"", "encrypted"}]);
  return listed(counts);
}

std::vector<Count> incident_counts(const IncidentList& incidents) {
  Counts counts;
  for (const auto* incident : incidents)
    ++counts[{incident->severity, std::string(api::incident_state_name(incident->state))}];
  return listed(counts);
}

Durations durations_of(std::vector<Lasted> all) {
  Durations durations;
  durations.count = all.size();
  if (all.empty()) return durations;
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.time > b.time; });
  durations.median = all[all.size() / 2].time;
  all.resize(std::min(all.size(), most_listed));
  durations.slowest = std::move(all);
  return durations;
}

std::optional<std::chrono::seconds> time_between(const std::string& from, const std::string& to) {
  const auto begin = parse_time(from), end = parse_time(to);
  if (!begin || !end || *end < *begin) return std::nullopt;
  return whole_seconds(*end - *begin);
}

Durations resolved_incidents(const IncidentList& incidents, Time since, Time until) {
  std::vector<Lasted> all;
  for (const auto* incident : incidents) {
    if (incident->state != api::IncidentState::resolved || !incident->ended) continue;
    if (*incident->ended < std::max(since, incident->detected) || *incident->ended > until) continue;
    all.push_back({incident->id, api::display(*incident), incident->severity,
                   whole_seconds(*incident->ended - incident->detected)});
  }
  return durations_of(std::move(all));
}

Durations syncs_that_put_right(const RowList& rows) {
  std::vector<Lasted> all;
  for (const auto* row : rows) {
    if (!had_drift(*row) || row->record->outcome != api::Outcome::synced) continue;
    if (const auto time = time_between(row->record->times.detected, row->record->times.ended))
      all.push_back({fmt::format("record {}", row->entry.sequence), row->entry.application,
                     row->record->severity, *time});
  }
  return durations_of(std::move(all));
}

std::vector<DriftingApplication> drifting_applications(const RowList& rows, const IncidentList& incidents,
                                                       const std::string& argocd_ns) {
  std::map<std::string, DriftingApplication> by_name;
  for (const auto* row : rows)
    if (had_drift(*row)) ++by_name[row->entry.application].syncs;
  for (const auto* incident : incidents)
    if (!api::is_commit(*incident) || !incident->severity.empty())
      ++by_name[recorded_name(incident->ns, incident->application, argocd_ns)].incidents;
  std::vector<DriftingApplication> all;
  for (auto& [name, one] : by_name) {
    one.application = name;
    all.push_back(one);
  }
  keep_most_frequent(all, [](const auto& one) { return std::max(one.syncs, one.incidents); });
  return all;
}

DriftingFields drifting_fields(const RowList& rows) {
  struct Seen {
    std::size_t syncs = 0;
    std::set<std::string> applications;
  };
  std::map<std::string, Seen> by_field;
  DriftingFields fields;
  for (const auto* row : rows) {
    if (!had_drift(*row)) continue;
    try {
      for (const auto& field : fields_of(api::read_report(row->record->report))) {
        ++by_field[field].syncs;
        by_field[field].applications.insert(row->entry.application);
      }
    } catch (const InputError&) {
      ++fields.unread;
    }
  }
  for (const auto& [field, seen] : by_field)
    fields.most.push_back({field, seen.syncs, seen.applications.size()});
  keep_most_frequent(fields.most, [](const auto& one) { return one.syncs; });
  return fields;
}

}  // namespace drift::audit
