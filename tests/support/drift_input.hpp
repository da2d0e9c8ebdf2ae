// Plan, base and cluster from texts, and what the gate's analysis makes of them.
#pragma once
#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analyse.hpp"
#include "analysis/compare.hpp"
#include "json/read.hpp"
#include "support/hooks_input.hpp"

namespace drift::tests {

// When the base was recorded: what is older was there at the last success.
inline const std::string base_time = "2026-11-24T10:00:00Z";
inline const std::string before_base = "2026-11-20T08:00:00Z";
inline const std::string after_base = "2026-11-25T09:30:00Z";

// As the gate gets it: rendered, written as JSON and read back.
inline api::Plan plan_of(const std::string& source, const std::string& policy = medium_policy) {
  const Rendered rendered(source, policy);
  auto plan = api::read_plan(annotators::plan(rendered.input()));
  plan.written = base_time;
  return plan;
}

inline rapidjson::Document json(std::string_view text) {
  return drift::parse_json("test", text);
}

// What is there, by `Deployment shop/web`; everything else is absent.
class LiveObjects {
 public:
  LiveObjects& put(const std::string& display, const std::string& object) {
    objects_[display] = object;
    return *this;
  }
  LiveObjects& forbid(const std::string& display) {
    objects_[display] = std::nullopt;
    return *this;
  }

  api::Report analyse(const api::Plan& plan, const api::Plan* base,
                      const analysis::Publisher& publisher = {}) const {
    const auto live = [&](const api::PlannedObject& planned) {
      const auto found = objects_.find(planned.display());
      if (found == objects_.end()) return analysis::LiveObject{analysis::LiveObject::Found::absent, {}};
      if (!found->second) return analysis::LiveObject{analysis::LiveObject::Found::forbidden, {}};
      return analysis::LiveObject{analysis::LiveObject::Found::present, json(*found->second)};
    };
    return analysis::analyse(plan, base, live, publisher);
  }

 private:
  std::map<std::string, std::optional<std::string>> objects_;
};

// One object that Git hasn't changed since the last success, as the cluster has it now.
inline api::Report analyse_one(const std::string& source, const std::string& live) {
  const auto plan = plan_of(source);
  REQUIRE(plan.objects.size() == 1);
  return LiveObjects().put(plan.objects.front().display(), live).analyse(plan, &plan);
}

// `/spec/replicas changed: 3 -> 5`; `none` stands for what isn't there or isn't shown.
inline std::string line_of(const api::Difference& difference) {
  return difference.pointer + ' ' + std::string(api::change_name(difference.change)) + ": " +
         difference.wanted.value_or("none") + " -> " + difference.live.value_or("none");
}

// All of a report, as `Deployment shop/web drifted: /spec/replicas changed: 3 -> 5`.
inline std::vector<std::string> lines_of(const api::Report& report) {
  std::vector<std::string> lines;
  for (const auto& object : report.objects) {
    const auto start = object.display() + ' ' + std::string(api::state_name(object.state));
    if (object.differences.empty()) lines.push_back(start);
    for (const auto& difference : object.differences) lines.push_back(start + ": " + line_of(difference));
  }
  return lines;
}

inline const api::ObjectReport& object_in(const api::Report& report, const std::string& display) {
  for (const auto& object : report.objects)
    if (object.display() == display) return object;
  FAIL("no object " << display);
  return report.objects.front();
}

using Lines = std::vector<std::string>;

}  // namespace drift::tests
