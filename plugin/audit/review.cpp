#include "audit/review.hpp"

#include "audit/review_parts.hpp"

namespace drift::audit {
namespace {

RowList rows_of_period(const ReviewInput& input) {
  RowList rows;
  for (const auto& row : input.rows)
    if (is_within(row.entry.time, input)) rows.push_back(&row);
  return rows;
}

IncidentList incidents_of_period(const ReviewInput& input) {
  IncidentList incidents;
  if (!input.incidents) return incidents;
  for (const auto& incident : *input.incidents)
    if (incident.detected <= input.until && (!incident.ended || *incident.ended >= input.since))
      incidents.push_back(&incident);
  return incidents;
}

}  // namespace

bool is_within(const std::string& text, const ReviewInput& input) {
  const auto time = parse_time(text);
  return !time || (*time >= input.since && *time <= input.until);
}

Review review(const ReviewInput& input) {
  const auto rows = rows_of_period(input);
  const auto incidents = incidents_of_period(input);
  Review review;
  review.since = input.since;
  review.until = input.until;
  review.syncs = sync_counts(rows);
  if (input.incidents) review.incidents = incident_counts(incidents);
  review.resolved = resolved_incidents(incidents, input.since, input.until);
  review.put_right = syncs_that_put_right(rows);
  review.applications = drifting_applications(rows, incidents, input.argocd_ns);
  auto fields = drifting_fields(rows);
  review.fields = std::move(fields.most);
  review.unread_reports = fields.unread;
  review.decisions = decisions_in(rows);
  review.people = people_in(rows);
  review.bypasses = bypasses_in(input, rows);
  review.compliance = compliance_of(input, rows);
  return review;
}

}  // namespace drift::audit
