#include "report/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "json/string.hpp"

namespace drift::report {
namespace {

// As @actions/core's command.ts escapes: what would end the command or one of its properties.
std::string in_command(std::string_view text, bool property) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      escaped += c;
  }
  return escaped;
}

std::string command(std::string_view name, const Finding& finding) {
  const auto& place = finding.place;
  std::string properties;
  if (!place.file.empty()) properties = " file=" + in_command(place.file, true);
  if (place.line > 0) properties += fmt::format(",line={},col={}", place.line, place.column);
  return fmt::format("::{}{}::{}\n", name, properties, in_command(printable(finding.message), false));
}

// A path as a URI reference.
std::string in_uri(const std::string& path) {
  std::string uri;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    uri += (at == 0 ? "" : "/") + percent_encoded(path.substr(at, end - at));
    at = end + 1;
  }
  return uri;
}

void add_result(const char* level, const Finding& finding, rapidjson::Document& document,
                rapidjson::Value& results) {
  auto& memory = document.GetAllocator();
  rapidjson::Document result(rapidjson::kObjectType, &memory);
  set(result, {"ruleId"}, level);
  set(result, {"level"}, level);
  set(result, {"message", "text"}, printable(finding.message));
  if (!finding.place.file.empty()) {
    rapidjson::Document location(rapidjson::kObjectType, &memory);
    set(location, {"physicalLocation", "artifactLocation", "uri"}, in_uri(finding.place.file));
    if (finding.place.line > 0)
      set(location, {"physicalLocation", "region", "startLine"},
          rapidjson::Value(std::uint64_t{finding.place.line}));
    rapidjson::Value locations(rapidjson::kArrayType);
    locations.PushBack(rapidjson::Value(location, memory), memory);
    set(result, {"locations"}, std::move(locations));
  }
  results.PushBack(rapidjson::Value(result, memory), memory);
}

struct TestCase {
  std::string name, wrong, doubtful;  // lines
};

// One for each file, and one more for what is about none of them, where there is such.
std::vector<TestCase> cases_of(const std::vector<std::string>& files, const std::vector<Finding>& mistakes,
                               const std::vector<Finding>& warnings) {
  std::vector<TestCase> cases;
  cases.reserve(files.size() + 1);
  for (const auto& file : files) cases.push_back({file, {}, {}});
  TestCase others{"policies", {}, {}};
  const auto case_about = [&](const Finding& finding) -> TestCase& {
    const auto found = std::find_if(cases.begin(), cases.end(),
                                    [&](const TestCase& one) { return one.name == finding.place.file; });
    return found == cases.end() ? others : *found;
  };
  for (const auto& finding : mistakes) case_about(finding).wrong += to_string(finding) + '\n';
  for (const auto& finding : warnings) case_about(finding).doubtful += to_string(finding) + '\n';
  if (!others.wrong.empty() || !others.doubtful.empty()) cases.push_back(others);
  return cases;
}

std::string case_xml(const TestCase& one) {
  auto xml = fmt::format(R"(    <testcase classname="check" name="{0}" file="{0}">)", in_xml(one.name));
  if (!one.wrong.empty())
    xml += fmt::format("<failure message=\"{}\">{}</failure>",
                       in_xml(one.wrong.substr(0, one.wrong.find('\n'))), in_xml(one.wrong));
  if (!one.doubtful.empty()) xml += fmt::format("<system-out>{}</system-out>", in_xml(one.doubtful));
  return xml + "</testcase>\n";
}

}  // namespace

std::string finding_json(const Finding& finding) {
  const auto& [file, line, column] = finding.place;
  return fmt::format(R"({{"file":{},"line":{},"column":{},"message":{}}})", json_string(file), line, column,
                     json_string(finding.message));
}

std::string findings_github(const std::vector<Finding>& mistakes, const std::vector<Finding>& warnings) {
  std::string text;
  for (const auto& finding : mistakes) text += command("error", finding);
  for (const auto& finding : warnings) text += command("warning", finding);
  return text;
}

std::string findings_sarif(const std::vector<Finding>& mistakes, const std::vector<Finding>& warnings,
                           std::string_view version) {
  rapidjson::Document document(rapidjson::kObjectType);
  auto& memory = document.GetAllocator();
  rapidjson::Value results(rapidjson::kArrayType), runs(rapidjson::kArrayType);
  for (const auto& finding : mistakes) add_result("error", finding, document, results);
  for (const auto& finding : warnings) add_result("warning", finding, document, results);
  rapidjson::Document run(rapidjson::kObjectType, &memory);
  set(run, {"tool", "driver", "name"}, "drift-policy");
  set(run, {"tool", "driver", "version"}, version);
  set(run, {"results"}, std::move(results));
  runs.PushBack(rapidjson::Value(run, memory), memory);
  set(document, {"$schema"}, "https://json.schemastore.org/sarif-2.1.0.json");
  set(document, {"version"}, "2.1.0");
  set(document, {"runs"}, std::move(runs));
  return to_json(document) + '\n';
}

std::string in_xml(std::string_view text) {
  std::string xml;
  for (const char c : text) switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      case '\n':
        xml += "&#10;";
        break;
      default:
        xml += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  return xml;
}

std::string findings_junit(const std::vector<std::string>& files, const std::vector<Finding>& mistakes,
                           const std::vector<Finding>& warnings) {
  const auto cases = cases_of(files, mistakes, warnings);
  const auto failures =
      std::count_if(cases.begin(), cases.end(), [](const TestCase& one) { return !one.wrong.empty(); });
  auto xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"drift-policy\" tests=\"{0}\" "
      "failures=\"{1}\">\n  <testsuite name=\"check\" tests=\"{0}\" failures=\"{1}\">\n",
      cases.size(), failures);
  for (const auto& one : cases) xml += case_xml(one);
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace drift::report
