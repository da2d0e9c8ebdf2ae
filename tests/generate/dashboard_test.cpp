// deploy/metrics/dashboard.yaml: Grafana's own rules by what it refuses, each expression by Prometheus' own promtool.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "json/canonical.hpp"
#include "json/read.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/prometheus.hpp"
#include "support/text.hpp"

using namespace drift;

namespace {

std::string dashboard() {
  const auto file = tests::project_folder() + "/deploy/metrics/dashboard.yaml";
  const auto all = policy::manifests_of(tests::contents(file));
  return std::string(all.objects().at(0).object.find("data").find("drift-policy.json").text());
}

// What Grafana puts in for its variables.
std::string expression_of(const rapidjson::Value& target) {
  std::string expression = target["expr"].GetString();
  for (const std::string variable : {"$__rate_interval", "$__range"})
    for (auto at = expression.find(variable); at != std::string::npos; at = expression.find(variable))
      expression.replace(at, variable.size(), "5m");
  return expression;
}

}  // namespace

TEST_CASE("The dashboard's panels have a place and an id each, and ask the Prometheus that is chosen") {
  const auto board = parse_json("dashboard", dashboard());
  std::set<int> ids;
  std::set<std::pair<int, int>> places;
  for (const auto& panel : board["panels"].GetArray()) {
    CAPTURE(panel["title"].GetString());
    CHECK(ids.insert(panel["id"].GetInt()).second);
    const auto& place = panel["gridPos"];
    CHECK(place["x"].GetInt() + place["w"].GetInt() <= 24);
    CHECK(places.emplace(place["x"].GetInt(), place["y"].GetInt()).second);
    if (std::string(panel["type"].GetString()) == "row") continue;
    CHECK(panel["targets"].Size() > 0);
    for (const auto& target : panel["targets"].GetArray())
      CHECK(std::string(target["datasource"]["uid"].GetString()) == "${datasource}");
  }
  CHECK(ids.size() > 10);
}

TEST_CASE("Prometheus reads each expression of the dashboard, and the controller has each metric in it") {
  const auto board = parse_json("dashboard", dashboard());
  const auto families = tests::all_metrics();
  std::vector<JsonObject> rules;
  for (const auto& panel : board["panels"].GetArray()) {
    if (!panel.HasMember("targets")) continue;
    for (const auto& target : panel["targets"].GetArray()) {
      const auto expression = expression_of(target);
      CAPTURE(expression);
      const auto names = tests::metrics_in(expression);
      CHECK_FALSE(names.empty());
      for (const auto& name : names) CHECK(tests::is_family_of(families, name));
      auto& rule = rules.emplace_back();
      rule.text("record", "panel:" + std::to_string(rules.size()));
      rule.text("expr", expression);
    }
  }
  const tests::Folder folder;
  folder.write("rules.json", R"({"groups": [{"name": "dashboard", "rules": )" +
                                 json_list(rules, [](const JsonObject& rule) { return rule.str(); }) + "}]}");
  const auto checked = tests::promtool({"check", "rules", "rules.json"}, folder.path());
  CHECK_MESSAGE(checked.exit == 0, checked.out, checked.err);
}
