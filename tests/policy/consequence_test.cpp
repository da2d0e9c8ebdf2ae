// What happens to drift, as people are told.
#include "policy/consequence.hpp"

#include "base/duration.hpp"
#include "support/policy_cases.hpp"

namespace {
using drift::policy::consequence;
using drift::policy::set_of;

constexpr const char* six_severities = R"(severities:
- {name: low, remediation: {action: autoSync}}
- {name: asked, remediation: {action: approve}, approval: {required: 2, groups: [a, b], timeout: 90m}}
- {name: medium, remediation: {action: approve}, approval: {required: 1, timeout: 24h}}
- {name: high, remediation: {action: restore}}
- {name: locked, remediation: {action: stop}, approval: {required: 1, groups: [sre], timeout: 72h}}
- {name: critical, remediation: {action: stop}}
rules: []
)";

std::string happens(const drift::policy::PolicySet& set, const char* severity,
                    const char* approval = nullptr) {
  const auto rank = [&](const char* name) { return set.rank(name).value(); };
  return consequence(set, rank(severity), rank(approval ? approval : severity));
}
}  // namespace

TEST_CASE("what happens to drift of a severity is said in plain words") {
  const auto set = set_of(six_severities);
  CHECK(happens(set, "low") == "put back by the next sync");
  CHECK(happens(set, "asked") == "2 approvals by a or b within 1 h 30 min");
  CHECK(happens(set, "medium") == "1 approval within 24 h");
  CHECK(happens(set, "high") == "put back with an alert");
  CHECK(happens(set, "locked") == "the sync stops; 1 override by sre within 3 days lets it go on");
  CHECK(happens(set, "critical") == "the sync stops, and leaves an alert");
}

TEST_CASE("what the platform's own severity asks for is said beside what it was raised to") {
  const auto set = set_of(six_severities);
  CHECK(happens(set, "high", "medium") == "put back with an alert after 1 approval within 24 h");
  CHECK(happens(set, "medium", "asked") == "2 approvals within 24 h");
  CHECK(happens(set, "critical", "medium") == "the sync stops, and leaves an alert");
}

TEST_CASE("where the policy only observes, nothing waits") {
  const auto set = set_of(std::string("enforcement: observe\n") + six_severities);
  CHECK(happens(set, "critical") == "reported, and nothing waits");
}

TEST_CASE("durations in words") {
  using std::chrono::seconds;
  CHECK(drift::in_words(seconds(0)) == "0 s");
  CHECK(drift::in_words(seconds(45)) == "45 s");
  CHECK(drift::in_words(seconds(3601)) == "1 h 1 s");
  CHECK(drift::in_words(std::chrono::hours(24)) == "24 h");
  CHECK(drift::in_words(std::chrono::hours(48)) == "2 days");
  CHECK(drift::in_words(std::chrono::hours(49)) == "49 h");
}
