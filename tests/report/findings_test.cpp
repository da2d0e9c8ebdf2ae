// Mistakes and warnings as GitHub, code scanning, Jenkins and GitLab read them.
#include "report/findings.hpp"

#include <doctest/doctest.h>

using namespace drift;

namespace {
const std::vector<Finding> mistakes = {{{"my policies/a,b.yaml", 4, 8}, "50% of \"x\" <y>\nand more"},
                                       {{}, "without a place"}};
const std::vector<Finding> warnings = {{{"b.yaml", 0, 0}, "doubtful"}};
}  // namespace

TEST_CASE("GitHub's commands: nothing of a message ends one early or begins another") {
  CHECK(report::findings_github(mistakes, warnings) ==
        "::error file=my policies/a%2Cb.yaml,line=4,col=8::50%25 of \"x\" <y>\\nand more\n"
        "::error::without a place\n"
        "::warning file=b.yaml::doubtful\n");
  CHECK(report::findings_github({}, {}).empty());
}

TEST_CASE("SARIF: level, message, and a place as a URI") {
  CHECK(
      report::findings_sarif(mistakes, warnings, "1.2.3") ==
      R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"drift-policy","version":"1.2.3"}},"results":[)"
      R"({"ruleId":"error","level":"error","message":{"text":"50% of \"x\" <y>\\nand more"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"my%20policies/a%2Cb.yaml"},"region":{"startLine":4}}}]},)"
      R"({"ruleId":"error","level":"error","message":{"text":"without a place"}},)"
      R"({"ruleId":"warning","level":"warning","message":{"text":"doubtful"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"b.yaml"}}}]}]}]})"
      "\n");
}

TEST_CASE("JUnit: a case for each file, and nothing breaks out of an attribute") {
  CHECK(report::findings_junit({"my policies/a,b.yaml", "b.yaml"}, mistakes, warnings) ==
        R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="drift-policy" tests="3" failures="2">
  <testsuite name="check" tests="3" failures="2">
    <testcase classname="check" name="my policies/a,b.yaml" file="my policies/a,b.yaml"><failure message="my policies/a,b.yaml:4:8: 50% of &quot;x&quot; &lt;y&gt;\nand more">my policies/a,b.yaml:4:8: 50% of &quot;x&quot; &lt;y&gt;\nand more&#10;</failure></testcase>
    <testcase classname="check" name="b.yaml" file="b.yaml"><system-out>b.yaml: doubtful&#10;</system-out></testcase>
    <testcase classname="check" name="policies" file="policies"><failure message="without a place">without a place&#10;</failure></testcase>
  </testsuite>
</testsuites>
)");
  CHECK(report::in_xml("a\x01\t&") == "a  &amp;");
}
