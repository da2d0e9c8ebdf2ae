#include "audit/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/table.hpp"
#include "json/canonical.hpp"

namespace drift::audit {
namespace {

bool answered_by(const api::Record& record, const std::string& person) {
  return std::any_of(record.answers.begin(), record.answers.end(),
                     [&](const api::Answer& answer) { return answer.person == person; });
}

bool asked_for(const Row& row, const Filter& filter) {
  if (!filter.application.empty() && row.entry.application != filter.application) return false;
  const auto time = parse_time(row.entry.time);
  if (filter.since && (!time || *time < *filter.since)) return false;
  if (filter.until && (!time || *time > *filter.until)) return false;
  if (!filter.severity.empty() && row.record->severity != filter.severity &&
      row.record->change_severity != filter.severity)
    return false;
  return filter.person.empty() || answered_by(*row.record, filter.person);
}

Row row_of(Entry entry, const KeyRing& keys, bool must_be_readable) {
  Row row;
  const bool readable = !entry.sealed || keys.find(entry.sealed->key) != nullptr;
  if (readable || must_be_readable) {
    row.json = record_of(entry, keys);
    row.record = api::read_record(row.json);
  }
  row.entry = std::move(entry);
  return row;
}

std::string people(const api::Record& record, std::string_view action) {
  std::string names;
  for (const auto& answer : record.answers)
    if (answer.action == action) names += (names.empty() ? "" : ", ") + answer.person;
  return names;
}

std::string answers(const api::Record& record) {
  if (record.state == api::state_missing) return "not known: the gate is missing";
  if (record.state == api::state_not_awaited) return "none: the sync did not wait for its gate";
  std::string text;
  for (const auto& answer : record.answers)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", answer.action, answer.person);
  return text;
}

std::string seconds_between(const std::string& from, const std::string& to) {
  const auto begin = parse_time(from);
  const auto end = parse_time(to);
  if (!begin || !end) return {};
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*end - *begin).count());
}

std::string cell(std::string text) {
  text = printable(text);
  // What a spreadsheet would calculate. https://owasp.org/www-community/attacks/CSV_Injection
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string reasons(const api::Record& record) {
  std::string text;
  for (const auto& answer : record.answers)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", answer.person, answer.reason);
  return text;
}

std::vector<std::string> csv_cells(const Row& row) {
  const api::Record empty;
  const api::Record& r = row.record ? *row.record : empty;
  return {std::to_string(row.entry.sequence),
          row.entry.time,
          row.entry.application,
          r.project,
          r.hook,
          row.record ? std::string(api::outcome_name(r.outcome)) : std::string("encrypted"),
          r.cause,
          r.reason,
          r.severity,
          r.drift,
          r.from,
          r.to,
          people(r, "approve"),
          people(r, "reject"),
          people(r, "override"),
          reasons(r),
          r.times.changed,
          r.times.detected,
          r.times.decided,
          r.times.ended,
          seconds_between(r.times.detected, r.times.ended),
          r.plan_digest,
          r.policy_digest,
          r.plugin_version,
          row.entry.hash(),
          r.state};
}

}  // namespace

std::string recorded_name(const std::string& ns, const std::string& name, const std::string& argocd_ns) {
  return ns == argocd_ns ? name : ns + '_' + name;
}

std::string shortened(const std::string& revision) {
  constexpr std::size_t shown_digits = 12;
  return revision.substr(0, shown_digits);
}

Rows rows_of(const Evidence& evidence, const KeyRing& keys, const Filter& filter) {
  const bool must_be_readable = !filter.severity.empty() || !filter.person.empty();
  Rows all;
  std::map<std::pair<std::string, std::uint64_t>, Entry> entries;
  const auto add = [&](const std::string& text) {
    try {
      Entry entry = parse_entry(text);
      auto key = std::pair(entry.chain, entry.sequence);
      entries.emplace(std::move(key), std::move(entry));
    } catch (const InputError&) {  // verify() says what is wrong with it
      ++all.left_out;
    }
  };
  for (const auto& stored : evidence.entries) add(stored.text);
  if (evidence.head)
    for (const auto& [source, pending] : evidence.head->pending) add(pending.text);
  for (auto& [key, entry] : entries) {
    Row row;
    row.entry = std::move(entry);
    if (!asked_for(row, {filter.application, {}, {}, filter.since, filter.until})) continue;
    row = row_of(std::move(row.entry), keys, must_be_readable);
    if (asked_for(row, filter)) all.rows.push_back(std::move(row));
  }
  std::stable_sort(all.rows.begin(), all.rows.end(),
                   [](const Row& a, const Row& b) { return a.entry.time < b.entry.time; });
  return all;
}

std::vector<std::string> table_heads() {
  return {"RECORD", "TIME", "APPLICATION", "OUTCOME", "SEVERITY", "DRIFT", "REVISION", "ANSWERS"};
}

std::vector<std::string> table_cells(const Row& row) {
  const api::Record none;
  const api::Record& r = row.record ? *row.record : none;
  const auto outcome = !row.record       ? std::string("encrypted")
                       : r.cause.empty() ? std::string(api::outcome_name(r.outcome))
                                         : fmt::format("{}: {}", api::outcome_name(r.outcome), r.cause);
  return {std::to_string(row.entry.sequence),
          printable(row.entry.time),
          printable(row.entry.application),
          printable(outcome),
          printable(r.severity),
          printable(r.drift),
          printable(shortened(r.to)),
          printable(answers(r))};
}

std::string table(const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> lines = {table_heads()};
  for (const auto& row : rows) lines.push_back(table_cells(row));
  return drift::table(lines);
}

std::string page(const Row& row) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("{:<13} {}\n", fmt::format("{}:", name), printable(value));
  };
  line("record", std::to_string(row.entry.sequence));
  line("hash", row.entry.hash());
  line("previous", row.entry.previous);
  line("application", row.entry.application);
  line("written", row.entry.time);
  if (row.entry.sealed) line("encrypted", "with the key " + row.entry.sealed->key);
  if (!row.record) return text;
  const api::Record& r = *row.record;
  line("outcome", r.cause.empty()
                      ? std::string(api::outcome_name(r.outcome))
                      : fmt::format("{} ({}): {}", api::outcome_name(r.outcome), r.cause, r.reason));
  for (const auto& object : r.failed) line("failed", object);
  line("revision", r.from.empty() ? r.to : fmt::format("{}, from {}", r.to, r.from));
  line("repository", r.path.empty() ? r.repository : fmt::format("{}, {}", r.repository, r.path));
  line("project", r.project);
  if (!r.change_severity.empty())
    line("change", fmt::format("{} ({}), from Git", r.drift, r.change_severity));
  const bool drifted = !r.drift.empty() && (r.change_severity.empty() || !r.severity.empty());
  line("drift", drifted            ? fmt::format("{} ({})", r.drift, r.severity)
                : r.report.empty() ? "not known: the gate reported nothing"
                                   : "none");
  for (const auto& reason : r.drift_reasons) line("because", reason);
  for (const auto& what : r.missing)
    line("missing", fmt::format("the gate's {}: deleted or changed before this record was written", what));
  for (const auto& answer : r.answers)
    line(answer.action, fmt::format("{} of {}: {}", answer.person, answer.drift, answer.reason));
  if (r.state == api::state_missing)
    line("gate", "missing: its Job was deleted, so who answered isn't known");
  if (r.state == api::state_not_awaited)
    line("gate", "not awaited: Argo CD went on before its Job had ended");
  line("changed", r.times.changed);
  line("detected", r.times.detected);
  line("decided", r.times.decided);
  line("ended", r.times.ended);
  line("plan", r.plan_digest);
  line("policy", r.policy_digest);
  line("version", r.plugin_version);
  return text;
}

std::string row_json(const Row& row) {
  JsonObject json;
  json.text("application", row.entry.application);
  json.text("chain", row.entry.chain);
  json.flag("encrypted", row.entry.sealed.has_value());
  json.text("hash", row.entry.hash());
  if (row.entry.sealed) json.text("key", row.entry.sealed->key);
  json.text_if("known", row.entry.known);
  json.text("previous", row.entry.previous);
  if (!row.json.empty()) json.json("record", row.json);
  json.number("sequence", row.entry.sequence);
  json.text("source", row.entry.source);
  json.text("sync", row.entry.sync);
  json.text("time", row.entry.time);
  return json.str();
}

std::string csv(const std::vector<Row>& rows) {
  std::string text =
      "record,time,application,project,hook,outcome,cause,reason,severity,drift,from,to,"
      "approved_by,rejected_by,overridden_by,reasons,changed,detected,decided,ended,"
      "seconds_from_detection_to_end,plan_digest,policy_digest,plugin_version,hash,gate_state\r\n";
  for (const auto& row : rows) {
    std::string line;
    for (auto& one : csv_cells(row)) line += (line.empty() ? "" : ",") + cell(std::move(one));
    text += line + "\r\n";
  }
  return text;
}

}  // namespace drift::audit
