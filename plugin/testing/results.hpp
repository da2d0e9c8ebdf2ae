// The results of tests, for people and for machines. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "testing/judge.hpp"

namespace drift::testing {

struct Result {
  std::string file, name;  // of the test
  std::vector<Outcome> outcomes;
};

// Of rules of the policies that were tested: how many there are, and those that match no object which a check names.
struct Coverage {
  std::size_t rules = 0;
  std::vector<std::string> missed;  // `policy/rule`
};

std::size_t count_failed(const std::vector<Result>& results);

// A line for each test, one for each check that failed, with its place, and the sum. `all`: the checks that passed, too.
std::string results_text(const std::vector<Result>& results, bool all, bool colour);
// A JSON object, one line.
std::string results_json(const std::vector<Result>& results);
// As Jenkins and GitLab read it (https://github.com/testmoapp/junitxml): a suite for each test, a case for each check.
std::string results_junit(const std::vector<Result>& results);

// Workflow commands of GitHub Actions, for the checks that failed (report/findings.hpp).
std::string results_github(const std::vector<Result>& results);

std::string coverage_text(const Coverage& coverage);

}  // namespace drift::testing
