// What people can do about drift that may be nobody's: objects that the gate can't read, a base that can't be used, or one that
// has outlived its application.
#pragma once
#include <string>
#include <vector>

#include "analysis/plan.hpp"
#include "analysis/report.hpp"
#include "hook/context.hpp"

namespace drift::hook {

// A sentence or command each, without an end. `account`: the ServiceAccount that the gate runs as.
std::vector<std::string> advice(const Run& run, const analysis::Plan& plan, const analysis::Report& report,
                                const std::string& account);

}  // namespace drift::hook
