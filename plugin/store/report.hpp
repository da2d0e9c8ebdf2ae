// The report's ConfigMap, one for an application: the newest report (report.json), and the ones before it (history.jsonl, newest
// first, a line each: `{"cause":"…","report":{…},"time":"…"}`), cut to what drifted.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/gate_words.hpp"
#include "api/report.hpp"
#include "base/time.hpp"
#include "store/context.hpp"

namespace drift::store {

inline constexpr std::size_t reports_kept = 10;                     // before the newest
inline constexpr std::size_t longest_kept = std::size_t{32} << 10;  // of each of them, in bytes

// What stands beside the report, in annotations.
struct ReportNotes {
  std::string record;                           // what the base knows as the last one (store/last_record.hpp)
  api::GateCause cause = api::GateCause::none;  // what followed from it, when it was written
};

// Writes it, unless the newest is the same already.
void write_report(const Run& run, const api::Report& report, const ReportNotes& notes);

struct KeptReport {
  std::string ns, source, application;  // source: what the names of its hooks begin with
  api::Report report;
  std::string cause;         // what followed from it (api/gate_words.hpp), perhaps of another release
  std::optional<Time> time;  // when the gate wrote it
};

struct KeptReports {
  std::vector<KeptReport> all;  // newest first
  std::size_t unreadable = 0;   // what this release can't read
};

// What a report's ConfigMap holds.
KeptReports read_reports(const rapidjson::Value& config_map);

}  // namespace drift::store
