// The alert that people find by its label, one ConfigMap for an application: what the gate found (emergency.json) and why the
// sync failed (failure.json), each written by its own hook without touching the other's of the same sync.
#pragma once
#include <string>

#include "policy/policy.hpp"
#include "store/context.hpp"

namespace drift::store {

inline constexpr const char* emergency_file = "emergency.json";
inline constexpr const char* failure_file = "failure.json";

struct EmergencyPart {
  std::string file;
  std::string json;
  policy::StringPairs labels;  // beside those that all have
  policy::StringPairs annotations;
  bool begins = false;  // of a new sync: the other part is an earlier one's, and goes
};

// Also takes away that an earlier alert was resolved.
void write_emergency(const Run& run, const EmergencyPart& part);

// Notes on the alert, which is there, what record its sync left (store/last_record.hpp); a failure is a warning alone.
void note_on_alert(const Run& run, const std::string& record, std::vector<std::string>& warnings);

// After a success, to this revision: the alert stays, and says that it is over. What keeps that from being said is a warning
// alone, since everything else is done by then.
void resolve_emergency(const Run& run, const std::string& revision, std::vector<std::string>& warnings);

}  // namespace drift::store
