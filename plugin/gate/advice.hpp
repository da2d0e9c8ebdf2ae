// What people can do about drift that may be nobody's: objects that the gate can't read, a base that can't be used, or one that
// has outlived its application.
#pragma once
#include <string>
#include <vector>

#include "api/plan.hpp"
#include "api/report.hpp"
#include "store/context.hpp"

namespace drift::gate {

// A sentence or command each, without an end. `account`: the ServiceAccount that the gate runs as.
std::vector<std::string> advice(const store::Run& run, const api::Plan& plan, const api::Report& report,
                                const std::string& account);

}  // namespace drift::gate
