// The report's ConfigMap, one for an application: the newest report (report.json), and the ones before it (history.jsonl, newest
// first, a line each: `{"cause":"…","report":{…},"time":"…"}`), cut to what drifted.
#pragma once
#include "analysis/report.hpp"
#include "hook/context.hpp"
#include "hook/gate_cause.hpp"

namespace drift::hook {

inline constexpr std::size_t reports_kept = 10;                     // before the newest
inline constexpr std::size_t longest_kept = std::size_t{32} << 10;  // of each of them, in bytes

// What stands beside the report, in annotations.
struct ReportNotes {
  std::string record;                 // what the base knows as the last one (hook/last_record.hpp)
  GateCause cause = GateCause::none;  // what followed from it, when it was written
};

// Writes it, unless the newest is the same already.
void write_report(const Run& run, const analysis::Report& report, const ReportNotes& notes);

}  // namespace drift::hook
