// A drift report as a page for the log, which Argo CD shows to the people who are to decide.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "api/report.hpp"

namespace drift::report {

struct PageOptions {
  bool colour = false;
  std::string_view next;  // what happens next, a sentence or several lines; empty: nothing is said
  std::size_t limit = std::size_t{64} << 10;  // bytes; what doesn't fit is counted
  // What the policy does about a severity, which then stands behind it; nullptr: nothing is said.
  const std::map<std::string, std::string, std::less<>>* actions = nullptr;
  bool only_drift =
      false;  // without the reasons, which stand at the objects too, and without what doesn't count
};

// Lines, each with its end. Nothing in it can control a terminal but our own colours.
std::string page(const api::Report& report, const PageOptions& options = {});

}  // namespace drift::report
