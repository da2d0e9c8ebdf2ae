// Finds tests in folders and runs them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "outside/environment.hpp"
#include "testing/case.hpp"
#include "testing/results.hpp"

namespace drift::testing {

// The file itself, or all files below the folder whose names end with `drift-policy-test.yaml` or `.yml`, sorted; links and hidden
// folders aren't followed. Throws InputError where there is none, or too much to look through.
std::vector<std::string> test_files(const std::string& path);

// Whether a check reaches each rule that was tested, by `policy/rule`.
using Reached = std::map<std::string, bool>;

// Renders what the test of `file` names and holds it against its checks. `policy` is that of a test which names none. The environment's ARGOCD_* and PARAM_* don't count. Throws
// OutsideError where another program failed, InputError where the test itself is what is rendered.
Result run_case(const std::string& file, const Case& test, const std::string& policy,
                outside::Environment environment, Reached& reached);

}  // namespace drift::testing
