// Mistakes and warnings in the forms that pipelines read.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace drift::report {

// `{"file":"a.yaml","line":3,"column":7,"message":"…"}`: how commands print one with `-o json`. Line 0: the file as a whole.
std::string finding_json(const Finding& finding);

// Workflow commands of GitHub Actions, a line each: GitHub shows them beside the lines of a pull request.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
std::string findings_github(const std::vector<Finding>& mistakes, const std::vector<Finding>& warnings);

// SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), a JSON object in one line. Without columns: SARIF counts
// characters, and a Place counts bytes.
std::string findings_sarif(const std::vector<Finding>& mistakes, const std::vector<Finding>& warnings,
                           std::string_view version);

// JUnit, as Jenkins and GitLab read it: a case for each file, and `policies` for what is about none; its failure has the mistakes,
// its system-out the warnings.
std::string findings_junit(const std::vector<std::string>& files, const std::vector<Finding>& mistakes,
                           const std::vector<Finding>& warnings);

// Text as XML 1.0 has it, in an element or in an attribute with double quotes. Control characters, which XML has no form for
// (https://www.w3.org/TR/xml/#charsets), become spaces.
std::string in_xml(std::string_view text);

}  // namespace drift::report
