// report.json: its fields are listed in docs/drift.md; report_read.cpp reads them back.
#include <vector>

#include "api/report.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"

namespace drift::api {
namespace {

using drift::json_list;
using drift::JsonObject;

std::string change_json(const LastChange& change) {
  JsonObject json;
  json.text("manager", change.manager);
  json.text("operation", change.operation);
  json.text_if("subresource", change.subresource);
  json.text("time", change.time);
  return json.str();
}

std::string difference_json(const Difference& difference) {
  JsonObject json;
  const auto value = [&](const char* key, const std::optional<std::string>& text) {
    if (text) json.text(key, *text);  // an empty value is a value
  };
  json.text("pointer", difference.pointer);
  json.text_if("guarded", difference.guarded);
  json.text("change", change_name(difference.change));
  value("wanted", difference.wanted);
  value("base", difference.base);
  value("live", difference.live);
  json.text_if("liveDigest", difference.live_digest);
  json.text("severity", difference.severity);
  json.text("demands", difference.approval_severity);
  if (difference.last) json.json("last", change_json(*difference.last));
  return json.str();
}

std::string object_json(const ObjectReport& object) {
  JsonObject json;
  json.text_if("group", object.group);
  json.text("version", object.version);
  json.text("kind", object.kind);
  json.text_if("resource", object.resource);
  json.text_if("namespace", object.ns);
  json.text("name", object.name);
  json.text("state", state_name(object.state));
  json.text_if("severity", object.severity);
  json.text_if("demands", object.approval_severity);
  json.text_if("rule", object.rule);
  json.text_if("baseRevision", object.base_revision);
  json.text_if("baseTime", object.base_time);
  json.text_if("unread", unread_name(object.unread));
  if (object.guarded_only) json.flag("guardedOnly", true);
  if (object.more > 0) json.number("more", object.more);
  json.text_if("rest", object.rest);
  if (!object.not_kept.empty()) json.json("notKept", json_list(object.not_kept, json_string));
  if (!object.differences.empty()) json.json("differences", json_list(object.differences, difference_json));
  return json.str();
}

JsonObject header(const Report& report) {
  JsonObject json;
  json.number("version", report_version);
  json.text("application", report.application);
  json.text("revision", report.revision);
  json.text_if("baseProblem", report.base_problem);
  json.text_if("baseRevision", report.base_revision);
  json.text_if("baseTime", report.base_time);
  json.flag("hasBase", report.has_base);
  json.text("planDigest", report.plan_digest);
  json.text_if("severity", report.severity);
  json.text_if("demands", report.approval_severity);
  json.text_if("drift", report.drift);
  json.json("met", json_list(report.met, json_string));
  json.json("reasons", json_list(report.reasons, json_string));
  json.number("inspected", report.inspected);
  return json;
}

// The objects that fit into so many bytes, in the report's order: the worst drift has the first claim.
std::vector<std::string> fitting(const Report& report, bool only_drift, std::size_t room) {
  std::vector<std::string> texts(report.objects.size());
  bool all = true;
  const auto take = [&](const ObjectReport& object) {
    auto text = object_json(object);
    all = all && text.size() < room;
    if (text.size() >= room) return;  // a smaller one may still fit
    room -= text.size() + 1;
    texts[static_cast<std::size_t>(&object - report.objects.data())] = std::move(text);
  };
  for (const auto* object : worst_first(report)) take(*object);
  for (const auto& object : report.objects)
    if (all && !only_drift && !is_drift(object)) take(object);
  std::erase(texts, std::string());
  return texts;
}

}  // namespace

std::string report_json(const Report& report, const ReportOptions& options) {
  constexpr std::size_t most_digits = 20;
  auto json = header(report);
  json.number("omitted", 0);
  json.json("objects", "[]");
  if (report.changes.looked) json.json("changes", changes_json(report.changes, options.limit / 2));
  const auto used = json.str().size() + most_digits + 1;
  const auto objects =
      fitting(report, options.only_drift, options.limit > used ? options.limit - used : std::size_t{0});
  json.number("omitted", report.omitted + report.objects.size() - objects.size());
  json.json("objects", json_list(objects, [](const std::string& text) { return text; }));
  return json.str() + '\n';
}

}  // namespace drift::api
