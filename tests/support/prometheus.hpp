// Prometheus' promtool, and the metrics that the controller has.
#pragma once

#include <doctest/doctest.h>

#include <cctype>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "controller/incident_metrics.hpp"
#include "controller/metrics.hpp"
#include "controller/rollout_metrics.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace drift::tests {

inline Run promtool(std::vector<std::string> arguments, const std::string& folder,
                    const std::string& input = {}) {
  arguments.insert(arguments.begin(), "promtool");
  auto result = run({.arguments = arguments, .input = input, .directory = folder, .program = "/usr/bin/env"});
  REQUIRE_MESSAGE(result.exit != 127,
                  "promtool is needed for this test: run `make promtool`, or put it on PATH");
  return result;
}

// Each `drift_policy_…` in it.
inline std::set<std::string> metrics_in(const std::string& text) {
  std::set<std::string> names;
  for (auto at = text.find("drift_policy_"); at != std::string::npos;
       at = text.find("drift_policy_", at + 1)) {
    auto end = at;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
      ++end;
    names.insert(text.substr(at, end - at));
  }
  return names;
}

// The page of a controller that has seen nothing yet.
inline std::string all_metrics() {
  controller::Metrics metrics("1");
  const controller::IncidentMetrics incidents(metrics.registry(), std::chrono::minutes(15));
  const controller::RolloutMetrics rollout(metrics.registry());
  return metrics.text();
}

// Whether the page has the family of a series, which of a histogram ends otherwise.
inline bool is_family_of(const std::string& page, std::string name) {
  for (const std::string_view end : {"_bucket", "_count", "_sum"})
    if (name.ends_with(end)) name.resize(name.size() - end.size());
  return contains(page, "# TYPE " + name + " ");
}

}  // namespace drift::tests
