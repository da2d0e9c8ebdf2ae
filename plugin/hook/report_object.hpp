// The report's ConfigMap, one for an application: the newest report (report.json), and the ones before it (history.jsonl, newest
// first, a line each: `{"report":{…},"time":"…"}`), cut to what drifted.
#pragma once
#include "analysis/report.hpp"
#include "hook/facts.hpp"

namespace drift::hook {

inline constexpr std::size_t reports_kept = 10;                     // before the newest
inline constexpr std::size_t longest_kept = std::size_t{32} << 10;  // of each of them, in bytes

// Writes it, unless the newest is the same already.
void write_report(const Run& run, const analysis::Report& report);

}  // namespace drift::hook
