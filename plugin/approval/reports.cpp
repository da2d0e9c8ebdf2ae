#include "approval/reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/names.hpp"
#include "api/plan_object.hpp"
#include "approval/find.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/printable.hpp"
#include "base/table.hpp"
#include "gate/messages.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"
#include "json/string.hpp"
#include "store/config_map.hpp"

namespace drift::approval {
namespace {

constexpr std::size_t report_columns = 80;
constexpr std::size_t widest = 300;
constexpr std::size_t longest_listed = std::size_t{64} << 10;

// The plan of the application's last rendering that was synced, as if it enforced.
std::optional<api::Plan> enforcing_plan(outside::Kubernetes& kubernetes, const store::KeptReport& kept) {
  const auto name = api::Names::with_prefix(kept.source).plan();
  try {
    const auto object = kubernetes.get({"", "v1", "configmaps", kept.ns, name, ""});
    if (!object) return std::nullopt;
    auto plan = api::read_plan_object(*object, "");
    if (plan.application != kept.application) return std::nullopt;
    plan.observe = false;
    return plan;
  } catch (const outside::ApiError& error) {
    if (!error.leaves_it_open()) throw;
    return std::nullopt;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

bool is_asked_for(const store::KeptReport& kept, const ReportQuery& query) {
  return kept.report.asks() && (!query.since || (kept.time && *kept.time >= *query.since));
}

// `approve 1`, `override 2`, `nothing`, `refused`.
std::string waits_for(const PastReport& past) {
  if (!past.decision) return "?";
  const auto& decision = *past.decision;
  if (decision.step == gate::Decision::Step::pass) return "nothing";
  if (decision.step == gate::Decision::Step::refuse || !decision.asking) return "refused";
  return fmt::format("{} {}", decision.asking->overrides ? "override" : "approve", decision.asking->needed);
}

std::string whom(const PastReport& past) {
  const bool waits =
      past.decision && past.decision->step == gate::Decision::Step::wait && past.decision->asking;
  if (!waits) return "-";
  const auto& groups = past.decision->asking->groups;
  return groups.empty() ? "anybody (RBAC)" : fmt::format("{}", fmt::join(groups, ", "));
}

std::string report_object(const PastReport& past) {
  api::ReportOptions options;
  options.only_drift = true;
  options.limit = longest_listed;
  auto report = api::report_json(past.kept.report, options);
  while (report.ends_with('\n')) report.pop_back();
  JsonObject json;
  json.text("namespace", past.kept.ns);
  json.text("application", past.kept.application);
  json.text_if("cause", past.kept.cause);
  if (past.kept.time) json.text("time", time_text(*past.kept.time));
  if (past.decision) {
    gate::add_decision(json, *past.decision);
    json.flag("otherPlan", past.other_plan);
  }
  json.json("report", std::move(report));
  return json.str();
}

}  // namespace

PastReports past_reports(outside::Kubernetes& kubernetes, const ReportQuery& query, Time now) {
  const auto application = plugin_name(query.application);
  PastReports found;
  std::vector<store::KeptReports> stored;
  kubernetes.list({"", "v1", "configmaps", query.ns, "", ""}, store::component_selector("report"),
                  [&](const rapidjson::Value& object) {
                    const auto of = text_at(object, {"metadata", "annotations", keys::application});
                    if (application.empty() || of == application)
                      stored.push_back(store::read_reports(object));
                    return true;
                  });
  for (auto& each : stored) {
    found.unreadable += each.unreadable;
    std::erase_if(each.all, [&](const store::KeptReport& kept) { return !is_asked_for(kept, query); });
    if (each.all.empty()) continue;
    const auto plan = enforcing_plan(kubernetes, each.all.front());
    for (auto& kept : each.all) {
      PastReport past{std::move(kept), std::nullopt};
      if (plan) {
        past.decision = gate::decide_unanswered(*plan, past.kept.report, now);
        past.other_plan = plan->digest != past.kept.report.plan_digest;
      }
      found.all.push_back(std::move(past));
    }
  }
  std::stable_sort(found.all.begin(), found.all.end(), [](const PastReport& a, const PastReport& b) {
    return a.kept.time.value_or(Time::min()) > b.kept.time.value_or(Time::min());
  });
  return found;
}

std::string table(const std::vector<PastReport>& reports) {
  std::vector<std::vector<std::string>> rows = {
      {"TIME", "APPLICATION", "DRIFT", "SEVERITY", "CAUSE", "WAITS FOR", "ASKED", "NAMESPACE"}};
  for (const auto& past : reports) {
    const auto& kept = past.kept;
    rows.push_back({kept.time ? time_text(*kept.time) : "-", kept.application,
                    kept.report.drift.substr(0, least_drift_digits), kept.report.severity, kept.cause,
                    waits_for(past), whom(past), kept.ns});
    for (auto& cell : rows.back()) cell = printable(cell, widest);
  }
  return table_within(report_columns, std::move(rows), {"NAMESPACE", "CAUSE", "ASKED", "SEVERITY"});
}

std::string json(const std::vector<PastReport>& reports) {
  return json_lines(reports, report_object);
}

}  // namespace drift::approval
