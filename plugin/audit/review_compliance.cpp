// Whether the records tell of every sync, and all of it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/review_parts.hpp"
#include "json/read.hpp"

namespace drift::audit {
namespace {

// What a record that can be read lacks, as a sentence; empty: nothing.
std::string why_incomplete(const Row& row) {
  const auto& record = *row.record;
  if (record.state == api::state_missing) return "who answered isn't known: the gate's Job was deleted";
  if (record.state == api::state_not_awaited) return "the sync went on without waiting for its gate";
  if (!record.missing.empty())
    return fmt::format("what the gate wrote was deleted or changed: {}", fmt::join(record.missing, ", "));
  const auto json = parse_json("record", row.json);
  if (const auto* left_out = find(json, {"leftOut"}); left_out != nullptr && left_out->IsArray())
    return "it was too large to be whole: `leftOut` says what isn't in it";
  if (record.outcome == api::Outcome::synced && record.report.empty())
    return "what had drifted isn't known: the gate's report isn't in it";
  return {};
}

// Revisions that records speak of, by source; and whether all of its records could be read.
struct Known {
  std::set<std::string> revisions;
  bool all_read = true;
};

// Syncs of which only a later record knows: it names a revision as the last success before, and none is of that.
void add_gaps(const ReviewInput& input, const RowList& period, std::vector<Flaw>& flaws) {
  const std::set<const Row*> within(period.begin(), period.end());
  std::map<std::string, Known> by_source;
  for (const auto& row : input.rows) {
    const bool first = !by_source.contains(row.entry.source);
    auto& known = by_source[row.entry.source];
    if (!row.record) {
      known.all_read = false;
      continue;
    }
    const auto& from = row.record->from;
    const bool gap = !first && known.all_read && !from.empty() && !known.revisions.contains(from);
    if (gap && within.contains(&row))
      flaws.push_back({row.entry.application,
                       fmt::format("record {} follows revision {}, of whose sync there is no record",
                                   row.entry.sequence, from),
                       row.entry.time, 0});
    known.revisions.insert(from);
    if (row.record->outcome == api::Outcome::synced) known.revisions.insert(row.record->to);
  }
}

// Whether the records may tell of the newest sync; where one can't be read, it may be that one.
bool may_be_recorded(const SeenApplication& application, const RowList& rows) {
  return std::any_of(rows.begin(), rows.end(), [&](const Row* row) {
    if (!row->record) return true;
    const auto& revisions = application.revisions;
    return row->record->outcome == api::Outcome::synced &&
           std::find(revisions.begin(), revisions.end(), row->record->to) != revisions.end();
  });
}

// `rows`: its own, whenever.
void look_at(const SeenApplication& application, const RowList& rows, const ReviewInput& input,
             Compliance& compliance) {
  if (rows.empty()) {
    compliance.without_record.push_back(application.name);
    return;
  }
  const bool in_period =
      application.synced && *application.synced >= input.since && *application.synced <= input.until;
  if (!in_period || application.revisions.empty() || may_be_recorded(application, rows)) return;
  compliance.unrecorded.push_back(
      {application.name,
       fmt::format("its newest sync, of revision {}, has no record", application.revisions.front()),
       time_text(*application.synced), 0});
}

}  // namespace

std::vector<Bypass> bypasses_in(const ReviewInput& input, const RowList& rows) {
  std::vector<Bypass> all;
  for (const auto* row : rows) {
    if (!row->record) continue;
    const auto& record = *row->record;
    const auto add = [&](const char* kind, const std::string& detail) {
      all.push_back({kind, row->entry.application, fmt::format("record {}: {}", row->entry.sequence, detail),
                     row->entry.time});
    };
    if (record.state == api::state_missing) add(gate_deleted, "the gate's Job was deleted");
    if (record.state == api::state_not_awaited)
      add(gate_not_awaited, "the sync went on while the gate's Job was at work");
    for (const auto& what : record.missing)
      add(evidence_deleted, fmt::format("the gate's {} was deleted or changed", what));
  }
  if (!input.applications) return all;
  for (const auto& application : *input.applications)
    for (const auto& bypass : application.bypasses)
      if (is_within(bypass.time, input)) all.push_back(bypass);
  return all;
}

Compliance compliance_of(const ReviewInput& input, const RowList& rows) {
  Compliance compliance;
  compliance.recorded = rows.size();
  for (const auto* row : rows) {
    if (!row->record) {
      ++compliance.encrypted;
    } else if (auto why = why_incomplete(*row); !why.empty()) {
      compliance.incomplete.push_back(
          {row->entry.application, std::move(why), row->entry.time, row->entry.sequence});
    } else {
      ++compliance.complete;
    }
  }
  add_gaps(input, rows, compliance.unrecorded);
  compliance.chain = input.verification;
  if (!input.applications) return compliance;
  compliance.gated = input.applications->size();
  std::map<std::string, RowList> by_application;
  for (const auto& row : input.rows) by_application[row.entry.application].push_back(&row);
  for (const auto& application : *input.applications)
    look_at(application, by_application[application.name], input, compliance);
  return compliance;
}

}  // namespace drift::audit
