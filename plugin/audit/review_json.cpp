#include "audit/review_output.hpp"
#include "audit/verify_output.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"

namespace drift::audit {
namespace {

std::uint64_t seconds(std::chrono::seconds time) {
  return static_cast<std::uint64_t>(time.count());
}

std::string json_of(const Count& count) {
  JsonObject json;
  json.number("count", count.count);
  json.text("outcome", count.outcome);
  json.text_if("severity", count.severity);
  return json.str();
}

std::string json_of(const Lasted& lasted) {
  JsonObject json;
  json.text("application", lasted.application);
  json.number("seconds", seconds(lasted.time));
  json.text_if("severity", lasted.severity);
  json.text("what", lasted.what);
  return json.str();
}

std::string json_of(const Durations& durations) {
  JsonObject json;
  json.number("count", durations.count);
  if (durations.count > 0) json.number("medianSeconds", seconds(durations.median));
  json.json("slowest", json_list(durations.slowest, [](const Lasted& one) { return json_of(one); }));
  return json.str();
}

std::string json_of(const DriftingApplication& one) {
  JsonObject json;
  json.text("application", one.application);
  json.number("incidents", one.incidents);
  json.number("syncs", one.syncs);
  return json.str();
}

std::string json_of(const DriftingField& one) {
  JsonObject json;
  json.number("applications", one.applications);
  json.text("field", one.field);
  json.number("syncs", one.syncs);
  return json.str();
}

std::string json_of(const Decision& decision) {
  JsonObject json;
  json.text("action", decision.action);
  json.text("application", decision.application);
  json.text("drift", decision.drift);
  json.text("person", decision.person);
  json.text("reason", decision.reason);
  json.number("record", decision.record);
  json.text_if("severity", decision.severity);
  json.text("time", decision.time);
  return json.str();
}

std::string json_of(const Person& person) {
  JsonObject json;
  json.number("approvals", person.approvals);
  json.json("gates", json_of(person.gates));
  json.text("name", person.name);
  json.number("overrides", person.overrides);
  json.number("rejections", person.rejections);
  return json.str();
}

std::string json_of(const Bypass& bypass) {
  JsonObject json;
  json.text("application", bypass.application);
  json.text("detail", bypass.detail);
  json.text("kind", bypass.kind);
  json.text_if("time", bypass.time);
  return json.str();
}

std::string json_of(const Flaw& flaw) {
  JsonObject json;
  json.text("application", flaw.application);
  if (flaw.record > 0) json.number("record", flaw.record);
  json.text("time", flaw.time);
  json.text("why", flaw.why);
  return json.str();
}

template <typename All>
std::string list_of(const All& all) {
  return json_list(all, [](const auto& one) { return json_of(one); });
}

std::string json_of(const Compliance& compliance) {
  JsonObject json;
  auto chain = verification_json(compliance.chain);
  chain.pop_back();  // its line end
  json.json("chain", std::move(chain));
  json.number("complete", compliance.complete);
  json.number("encrypted", compliance.encrypted);
  if (compliance.gated) json.number("gatedApplications", *compliance.gated);
  json.json("incomplete", list_of(compliance.incomplete));
  json.number("recorded", compliance.recorded);
  json.number("syncs", compliance.seen());
  json.json("unrecorded", list_of(compliance.unrecorded));
  json.json("withoutRecord", json_list(compliance.without_record, json_string));
  return json.str();
}

}  // namespace

std::string review_json(const Review& review) {
  JsonObject json;
  json.json("applications", list_of(review.applications));
  json.json("bypasses", list_of(review.bypasses));
  json.json("compliance", json_of(review.compliance));
  json.json("decisions", list_of(review.decisions));
  json.json("fields", list_of(review.fields));
  if (review.incidents) json.json("incidents", list_of(*review.incidents));
  json.json("people", list_of(review.people));
  json.json("putRight", json_of(review.put_right));
  if (review.incidents) json.json("resolved", json_of(review.resolved));
  json.text("since", time_text(review.since));
  json.json("syncs", list_of(review.syncs));
  json.number("unreadReports", review.unread_reports);
  json.text("until", time_text(review.until));
  return json.str() + "\n";
}

}  // namespace drift::audit
