#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/review_output.hpp"
#include "base/duration.hpp"
#include "base/text.hpp"

namespace drift::audit {
namespace {

using report::Section;
using Table = std::vector<std::vector<std::string>>;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

// A row for each severity, a column for each outcome.
Table table_of(const std::vector<Count>& counts, const std::string& without) {
  std::set<std::string> outcomes;
  for (const auto& count : counts) outcomes.insert(count.outcome);
  std::map<std::string, std::map<std::string, std::size_t>> by_severity;
  for (const auto& count : counts) by_severity[count.severity][count.outcome] += count.count;
  Table table = {{"Severity"}};
  table.front().insert(table.front().end(), outcomes.begin(), outcomes.end());
  for (auto& [severity, by_outcome] : by_severity) {
    auto& row = table.emplace_back(1, severity.empty() ? without : severity);
    for (const auto& outcome : outcomes) row.push_back(std::to_string(by_outcome[outcome]));
  }
  return table;
}

std::size_t sum(const std::vector<Count>& counts) {
  std::size_t all = 0;
  for (const auto& count : counts) all += count.count;
  return all;
}

Section counts_section(std::string title, const std::vector<Count>& counts, const char* one,
                       const std::string& without) {
  Section section{std::move(title), {quantity(sum(counts), one) + "."}, {}};
  if (!counts.empty()) section.table = table_of(counts, without);
  return section;
}

Section durations_section(std::string title, const Durations& durations, const char* none,
                          const std::string& what) {
  Section section{std::move(title), {}, {}};
  if (durations.count == 0) {
    section.lines = {none};
    return section;
  }
  section.lines = {fmt::format("{}; half of them within {}. The slowest:", quantity(durations.count, what),
                               in_words(durations.median))};
  section.table = {{"What", "Application", "Severity", "Time"}};
  for (const auto& one : durations.slowest)
    section.table.push_back({one.what, one.application, or_dash(one.severity), in_words(one.time)});
  return section;
}

Section applications_section(const Review& review) {
  Section section{"Applications that drifted most", {}, {}};
  if (review.applications.empty()) section.lines = {"None drifted."};
  if (!review.applications.empty()) section.table = {{"Application", "Syncs with drift", "Incidents"}};
  for (const auto& one : review.applications)
    section.table.push_back({one.application, std::to_string(one.syncs), std::to_string(one.incidents)});
  return section;
}

Section fields_section(const Review& review) {
  Section section{"Fields that drifted most", {}, {}};
  if (review.fields.empty()) section.lines = {"No record tells of one."};
  if (review.unread_reports > 0)
    section.lines.push_back(
        fmt::format("What drifted in {} isn't known: no report of the gate in it can be read.",
                    quantity(review.unread_reports, "record")));
  if (!review.fields.empty()) section.table = {{"Field", "Syncs", "Applications"}};
  for (const auto& one : review.fields)
    section.table.push_back({one.field, std::to_string(one.syncs), std::to_string(one.applications)});
  return section;
}

Section decisions_section(const Review& review) {
  Section section{"Overrides and rejections", {}, {}};
  if (review.decisions.empty()) {
    section.lines = {"None."};
    return section;
  }
  section.table = {{"Time", "Action", "Person", "Application", "Severity", "Record", "Reason"}};
  for (const auto& one : review.decisions)
    section.table.push_back({one.time, one.action, one.person, one.application, or_dash(one.severity),
                             std::to_string(one.record), one.reason});
  return section;
}

Section people_section(const Review& review) {
  Section section{"People", {}, {}};
  if (review.people.empty()) {
    section.lines = {"Nobody answered a gate."};
    return section;
  }
  section.lines = {
      "How long their gates took, from the begin to the decision: half of them, and the slowest."};
  section.table = {{"Person", "Approvals", "Rejections", "Overrides", "Half within", "Slowest"}};
  for (const auto& one : review.people) {
    const auto& gates = one.gates;
    section.table.push_back({one.name, std::to_string(one.approvals), std::to_string(one.rejections),
                             std::to_string(one.overrides), gates.count == 0 ? "-" : in_words(gates.median),
                             gates.count == 0 ? "-" : in_words(gates.slowest.front().time)});
  }
  return section;
}

Section bypasses_section(const Review& review) {
  Section section{"Signs of a bypass", {}, {}};
  std::map<std::string, std::size_t> kinds;
  for (const auto& bypass : review.bypasses) ++kinds[bypass.kind];
  if (!review.compliance.gated)
    section.lines.emplace_back("Applications were not looked at: signs that only they show are not known.");
  if (kinds.empty()) section.lines.emplace_back("None.");
  for (const auto& [kind, count] : kinds) section.lines.push_back(fmt::format("{}: {}", kind, count));
  if (!kinds.empty()) section.table = {{"Time", "Kind", "Application", "Sign"}};
  for (const auto& one : review.bypasses)
    section.table.push_back({one.time.empty() ? "now" : one.time, one.kind, one.application, one.detail});
  return section;
}

std::vector<std::string> chain_lines(const Verification& chain) {
  std::vector<std::string> lines;
  lines.reserve(chain.problems.size() + 1);
  for (const auto& problem : chain.problems)
    lines.push_back(
        fmt::format("The chain of records is broken: {}: {}", problem_name(problem.kind), problem.message));
  if (chain.sequence == 0) {
    if (lines.empty()) lines.emplace_back("There are no records.");
  } else {
    lines.push_back(fmt::format("Chain {}: {} there and right, {} removed by retention; {}", chain.chain,
                                quantity(chain.entries, "record"), chain.removed,
                                chain.problems.empty()
                                    ? fmt::format("whole, with the head {}:{}.", chain.hash, chain.sequence)
                                    : "not whole."));
  }
  return lines;
}

Section compliance_section(const Compliance& compliance) {
  Section section{"Compliance", {}, {}};
  section.lines.push_back(fmt::format("{} of {} seen have a complete record.", compliance.complete,
                                      quantity(compliance.seen(), "sync")));
  if (compliance.encrypted > 0)
    section.lines.push_back(fmt::format(
        "{} encrypted and can't be read without its key, so nothing else here counts it.",
        compliance.encrypted == 1 ? "1 record is" : fmt::format("{} records are", compliance.encrypted)));
  for (auto& line : chain_lines(compliance.chain)) section.lines.push_back(std::move(line));
  if (compliance.gated)
    section.lines.push_back(fmt::format("{} looked at.", quantity(*compliance.gated, "gated Application")));
  if (!compliance.without_record.empty())
    section.lines.push_back(
        fmt::format("Without any record here: {}.", fmt::join(compliance.without_record, ", ")));
  const bool flawed = !compliance.incomplete.empty() || !compliance.unrecorded.empty();
  if (flawed) section.table = {{"Time", "Application", "Record", "What is missing"}};
  for (const auto& flaw : compliance.unrecorded)
    section.table.push_back({flaw.time, flaw.application, "none", flaw.why});
  for (const auto& flaw : compliance.incomplete)
    section.table.push_back({flaw.time, flaw.application, std::to_string(flaw.record), flaw.why});
  return section;
}

}  // namespace

report::Document review_document(const Review& review) {
  report::Document document{
      "Drift review", {fmt::format("From {} to {}.", time_text(review.since), time_text(review.until))}, {}};
  auto& sections = document.sections;
  sections.push_back(counts_section("Syncs", review.syncs, "recorded sync", "no drift"));
  if (review.incidents) {
    sections.push_back(counts_section("Incidents", *review.incidents, "incident", "not known"));
    sections.push_back(durations_section("Time to resolve", review.resolved, "No incident was resolved.",
                                         "resolved incident"));
  } else {
    sections.push_back({"Incidents", {"They were not looked at."}, {}});
  }
  sections.push_back(durations_section("Time in a sync", review.put_right,
                                       "No recorded sync put drift right.", "sync with drift"));
  sections.push_back(applications_section(review));
  sections.push_back(fields_section(review));
  sections.push_back(decisions_section(review));
  sections.push_back(people_section(review));
  sections.push_back(bypasses_section(review));
  sections.push_back(compliance_section(review.compliance));
  return document;
}

}  // namespace drift::audit
