#include "api/cases_json.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace drift::api {
namespace {

using policy::Condition;
using policy::GuardedCase;
using policy::When;

void write_conditions(PlanWriter& json, const char* key, const std::vector<Condition>& conditions) {
  if (conditions.empty()) return;
  json.Key(key);
  json.StartArray();
  for (const auto& condition : conditions) {
    std::vector<std::string> values;
    values.reserve(condition.values.size());
    for (const auto& value : condition.values) values.push_back(value.text());
    json.StartObject();
    json.text("key", policy::side_names[static_cast<std::size_t>(condition.side)]);
    json.text("operator", policy::operator_name(condition.op));
    json.texts("values", values);
    json.EndObject();
  }
  json.EndArray();
}

void write_when(PlanWriter& json, const When& when) {
  json.Key("when");
  json.StartObject();
  write_conditions(json, "all", when.all);
  write_conditions(json, "any", when.any);
  json.EndObject();
}

Condition condition_at(const Fields& fields) {
  Condition condition;
  const auto side = std::find(policy::side_names.begin(), policy::side_names.end(), fields.text("key"));
  if (side == policy::side_names.end()) fields.fail("key", "old or new");
  condition.side = static_cast<policy::Side>(side - policy::side_names.begin());
  const auto op = policy::condition_operator(fields.text("operator"));
  if (!op) fields.fail("operator", "an operator of a condition");
  condition.op = *op;
  for (auto& value : fields.texts("values")) condition.values.emplace_back(std::move(value));
  if (condition.values.empty()) fields.fail("values", "at least one");
  return condition;
}

std::shared_ptr<const When> when_at(const Fields& fields) {
  When when;
  for (const auto& condition : fields.objects("any")) when.any.push_back(condition_at(condition));
  for (const auto& condition : fields.objects("all")) when.all.push_back(condition_at(condition));
  return std::make_shared<const When>(std::move(when));
}

}  // namespace

void write_cases(PlanWriter& json, const std::vector<GuardedCase>& cases,
                 const std::vector<policy::Severity>& severities) {
  if (cases.empty()) return;
  json.Key("cases");
  json.StartArray();
  for (const auto& one : cases) {
    json.StartObject();
    json.text("demands", severity_name(one.approval_severity, severities));
    json.text("severity", severity_name(one.severity, severities));
    if (one.when) write_when(json, *one.when);
    json.EndObject();
  }
  json.EndArray();
}

std::vector<GuardedCase> read_cases(const Fields& field, const Plan& plan) {
  std::vector<GuardedCase> cases;
  for (const auto& fields : field.objects("cases"))
    cases.push_back({fields.find("when") ? when_at(fields.object("when")) : nullptr,
                     read_rank(fields, "severity", plan), read_rank(fields, "demands", plan)});
  return cases;
}

}  // namespace drift::api
