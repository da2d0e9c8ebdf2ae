#include "testing/results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/colour.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "report/findings.hpp"

namespace drift::testing {
namespace {

using report::in_xml;

std::size_t failed_of(const Result& result) {
  return static_cast<std::size_t>(std::count_if(result.outcomes.begin(), result.outcomes.end(),
                                                [](const Outcome& outcome) { return !outcome.passed; }));
}

std::size_t count_checks(const std::vector<Result>& results) {
  std::size_t checks = 0;
  for (const auto& result : results) checks += result.outcomes.size();
  return checks;
}

// `Deployment/web: field replicas`, `somebody scales web: sync`
std::string subject(const Check& check) {
  return (check.drift.empty() ? "" : check.drift + ": ") + (check.object.empty() ? "" : check.object + ": ") +
         aspect_name(check);
}

// `expected high, found medium, by baseline/workloads`
std::string difference(const Outcome& outcome) {
  return fmt::format("expected {}, found {}{}{}", outcome.check.expected, outcome.actual,
                     outcome.why.empty() ? "" : ", ", outcome.why);
}

std::string outcome_line(const Outcome& outcome, bool colour) {
  if (!outcome.passed)
    return "  " +
           in_colour(to_string({outcome.check.place,
                                fmt::format("{}: {}", subject(outcome.check), difference(outcome))}),
                     red, colour) +
           '\n';
  return printable(fmt::format("  {}: {}", subject(outcome.check), outcome.check.expected)) + '\n';
}

std::string junit_case(const Result& result, const Outcome& outcome) {
  const auto& place = outcome.check.place;
  auto xml = fmt::format(R"(    <testcase classname="{}" name="{}" file="{}" line="{}")", in_xml(result.name),
                         in_xml(subject(outcome.check)), in_xml(place.file), place.line);
  if (outcome.passed) return xml + "/>\n";
  const auto message = in_xml(difference(outcome));
  return xml + fmt::format(">\n      <failure message=\"{}\">{}:{}:{}: {}</failure>\n    </testcase>\n",
                           message, in_xml(place.file), place.line, place.column, message);
}

rapidjson::Value outcome_json(const Outcome& outcome, rapidjson::Document& document) {
  auto& memory = document.GetAllocator();
  rapidjson::Value json(rapidjson::kObjectType);
  const auto add = [&](const rapidjson::Value::StringRefType& key, std::string_view text) {
    if (!text.empty()) json.AddMember(key, text_value(text, document), memory);
  };
  add("drift", outcome.check.drift);
  add("object", outcome.check.object);
  add("aspect", aspect_name(outcome.check));
  add("expected", outcome.check.expected);
  add("found", outcome.actual);
  add("why", outcome.why);
  json.AddMember("passed", outcome.passed, memory);
  json.AddMember("line", rapidjson::Value(std::uint64_t{outcome.check.place.line}), memory);
  json.AddMember("column", rapidjson::Value(std::uint64_t{outcome.check.place.column}), memory);
  return json;
}

}  // namespace

std::size_t count_failed(const std::vector<Result>& results) {
  std::size_t failed = 0;
  for (const auto& result : results) failed += failed_of(result);
  return failed;
}

std::string results_text(const std::vector<Result>& results, bool all, bool colour) {
  std::string text;
  for (const auto& result : results) {
    const bool passed = failed_of(result) == 0;
    text += fmt::format("{}  {}  {}  {}\n", in_colour(passed ? "PASS" : "FAIL", passed ? green : red, colour),
                        printable(result.name), quantity(result.outcomes.size(), "check"),
                        printable(result.file));
    for (const auto& outcome : result.outcomes)
      if (all || !outcome.passed) text += outcome_line(outcome, colour);
  }
  const auto failed = count_failed(results);
  return text + fmt::format("{}: {} passed, {} failed\n", quantity(results.size(), "test"),
                            quantity(count_checks(results) - failed, "check"), failed);
}

std::string results_json(const std::vector<Result>& results) {
  rapidjson::Document document(rapidjson::kObjectType);
  auto& memory = document.GetAllocator();
  rapidjson::Value tests(rapidjson::kArrayType);
  for (const auto& result : results) {
    rapidjson::Value test(rapidjson::kObjectType), checks(rapidjson::kArrayType);
    for (const auto& outcome : result.outcomes) checks.PushBack(outcome_json(outcome, document), memory);
    test.AddMember("name", text_value(result.name, document), memory);
    test.AddMember("file", text_value(result.file, document), memory);
    test.AddMember("passed", failed_of(result) == 0, memory);
    test.AddMember("checks", checks, memory);
    tests.PushBack(test, memory);
  }
  set(document, {"tests"}, std::move(tests));
  set(document, {"passed"}, rapidjson::Value(count_failed(results) == 0));
  return to_json(document) + '\n';
}

std::string results_junit(const std::vector<Result>& results) {
  auto xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"drift-policy\" tests=\"{}\" "
      "failures=\"{}\">\n",
      count_checks(results), count_failed(results));
  for (const auto& result : results) {
    xml += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" file=\"{}\">\n",
                       in_xml(result.name), result.outcomes.size(), failed_of(result), in_xml(result.file));
    for (const auto& outcome : result.outcomes) xml += junit_case(result, outcome);
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

std::string results_github(const std::vector<Result>& results) {
  std::vector<Finding> failed;
  for (const auto& result : results)
    for (const auto& outcome : result.outcomes)
      if (!outcome.passed)
        failed.push_back(
            {outcome.check.place, fmt::format("{}: {}", subject(outcome.check), difference(outcome))});
  return report::findings_github(failed, {});
}

std::string coverage_text(const Coverage& coverage) {
  auto text = fmt::format("rules that a check reaches: {} of {}\n", coverage.rules - coverage.missed.size(),
                          coverage.rules);
  for (const auto& rule : coverage.missed) text += "  not reached: " + printable(rule) + '\n';
  return text;
}

}  // namespace drift::testing
