// What review() is put together from. Pure; the types and what they count are review.hpp's.
#pragma once
#include <string>
#include <vector>

#include "audit/review.hpp"

namespace drift::audit {

// A time that can't be read is within: nothing is left out for it.
bool is_within(const std::string& text, const ReviewInput& input);

using RowList = std::vector<const Row*>;
using IncidentList = std::vector<const api::Incident*>;

std::vector<Count> sync_counts(const RowList& rows);
std::vector<Count> incident_counts(const IncidentList& incidents);

// Takes the times as they come.
Durations durations_of(std::vector<Lasted> all);
// From one RFC 3339 text to another; nothing where one can't be read, or the second is the earlier one.
std::optional<std::chrono::seconds> time_between(const std::string& from, const std::string& to);

Durations resolved_incidents(const IncidentList& incidents, Time since, Time until);
Durations syncs_that_put_right(const RowList& rows);
std::vector<DriftingApplication> drifting_applications(const RowList& rows, const IncidentList& incidents,
                                                       const std::string& argocd_ns);
struct DriftingFields {
  std::vector<DriftingField> most;
  std::size_t unread = 0;  // records with drift whose report isn't there or can't be read
};
DriftingFields drifting_fields(const RowList& rows);

std::vector<Decision> decisions_in(const RowList& rows);
std::vector<Person> people_in(const RowList& rows);

// `rows`: of the period.
std::vector<Bypass> bypasses_in(const ReviewInput& input, const RowList& rows);
Compliance compliance_of(const ReviewInput& input, const RowList& rows);

}  // namespace drift::audit
