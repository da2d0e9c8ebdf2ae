// report.json read back: it lies in a ConfigMap, so it is checked like any input.
#include <fmt/format.h>

#include "api/report.hpp"
#include "base/error.hpp"
#include "json/fields.hpp"
#include "json/named.hpp"
#include "json/read.hpp"

namespace drift::api {
namespace {

constexpr const char* report_file = "report.json";
constexpr std::size_t longest = std::size_t{4} << 20;

State read_state(const Fields& fields) {
  if (const auto state = named(fields.text("state"), state_name, State::ended)) return *state;
  fields.fail("state", "a state that this release knows");
}

Change read_change(const Fields& fields) {
  if (const auto change = named(fields.text("change"), change_name, Change::conflict)) return *change;
  fields.fail("change", "changed, removed or conflict");
}

Unread read_unread(const Fields& fields) {
  if (const auto unread = named(fields.text_or_empty("unread"), unread_name, Unread::ambiguous))
    return *unread;
  fields.fail("unread", "forbidden, unknown, forgotten, noBase, nowHook, tooLarge or ambiguous");
}

std::optional<LastChange> read_last(const Fields& fields) {
  if (!fields.find("last")) return std::nullopt;
  const auto last = fields.object("last");
  return LastChange{last.text("manager"), last.text("operation"), last.text_or_empty("subresource"),
                    last.text("time")};
}

Difference read_difference(const Fields& fields) {
  Difference difference;
  difference.pointer = fields.text("pointer");
  difference.guarded = fields.text_or_empty("guarded");
  difference.change = read_change(fields);
  difference.wanted = fields.optional_text("wanted");
  difference.base = fields.optional_text("base");
  difference.live = fields.optional_text("live");
  difference.live_digest = fields.text_or_empty("liveDigest");
  difference.severity = fields.text("severity");
  difference.approval_severity = fields.text("demands");
  difference.last = read_last(fields);
  return difference;
}

ObjectReport read_object(const Fields& fields) {
  ObjectReport object;
  object.group = fields.text_or_empty("group");
  object.version = fields.text("version");
  object.kind = fields.text("kind");
  object.resource = fields.text_or_empty("resource");
  object.ns = fields.text_or_empty("namespace");
  object.name = fields.text("name");
  object.state = read_state(fields);
  object.severity = fields.text_or_empty("severity");
  object.approval_severity = fields.text_or_empty("demands");
  object.rule = fields.text_or_empty("rule");
  object.base_revision = fields.text_or_empty("baseRevision");
  object.base_time = fields.text_or_empty("baseTime");
  object.unread = read_unread(fields);
  object.guarded_only = fields.flag("guardedOnly");
  object.more = fields.count("more");
  object.rest = fields.text_or_empty("rest");
  object.not_kept = fields.texts("notKept");
  for (const auto& difference : fields.objects("differences"))
    object.differences.push_back(read_difference(difference));
  return object;
}

}  // namespace

Report read_report(std::string_view json) {
  if (json.size() > longest)
    throw InputError(
        fmt::format("{}: is {} KiB; expected at most {} KiB", report_file, json.size() >> 10, longest >> 10));
  const auto document = parse_json(report_file, json);
  const Fields fields(document, std::string(report_file) + ": ");
  if (fields.number("version") != report_version)
    fields.fail("version", fmt::format("{}: the report is of another release", report_version));
  Report report;
  report.application = fields.text("application");
  report.revision = fields.text("revision");
  report.base_revision = fields.text_or_empty("baseRevision");
  report.base_time = fields.text_or_empty("baseTime");
  report.base_problem = fields.text_or_empty("baseProblem");
  report.has_base = fields.flag("hasBase");
  report.plan_digest = fields.text("planDigest");
  report.severity = fields.text_or_empty("severity");
  report.approval_severity = fields.text_or_empty("demands");
  report.met = fields.texts("met");
  report.reasons = fields.texts("reasons");
  for (const auto& object : fields.objects("objects")) report.objects.push_back(read_object(object));
  report.omitted = fields.count("omitted");
  report.inspected = fields.count("inspected");
  report.drift = fields.text_or_empty("drift");
  if (fields.find("changes")) report.changes = read_changes(fields.object("changes"));
  return report;
}

}  // namespace drift::api
