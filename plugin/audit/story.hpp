// Records and the controller's incidents as one list, by time: what drifted, and the syncs that came of it.
#pragma once
#include <string>
#include <vector>

#include "api/incident.hpp"
#include "audit/listing.hpp"

namespace drift::audit {

struct Story {
  std::vector<Row> rows;                 // as rows_of() has them
  std::vector<api::Incident> incidents;  // in any order; each stands where its drift was seen first
  std::string argocd_ns;                 // where Applications are that have no namespace in records
};

// Leaves out incidents that the filter doesn't ask for: by application, severity and when they were seen first. An incident knows no
// person, so none is left where one is asked for.
void leave_out_incidents(Story& story, const Filter& filter);

// As the table of records. An incident has no number; its drift has the id that it has in records.
std::string table(const Story& story);

// A list: records as row_json() has them, incidents as an object of `application`, `incident` and `time`.
std::string story_json(const Story& story);

}  // namespace drift::audit
