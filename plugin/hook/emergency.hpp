// The alert that people find by its label, one ConfigMap for an application: what the gate found (emergency.json) and why the
// sync failed (failure.json), each written by its own hook without touching the other's.
#pragma once
#include <string>

#include "hook/facts.hpp"
#include "policy/policy.hpp"

namespace drift::hook {

inline constexpr const char* emergency_file = "emergency.json";
inline constexpr const char* failure_file = "failure.json";

struct EmergencyPart {
  std::string file;
  std::string json;
  policy::StringPairs labels;  // beside those that all have
  policy::StringPairs annotations;
  bool begins = false;  // of a new sync: what an earlier one left there goes
};

void write_emergency(const Run& run, const EmergencyPart& part);

}  // namespace drift::hook
