#include "controller/comparison_listing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "controller/listing.hpp"
#include "gate/messages.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"
#include "kube/object_display.hpp"
#include "report/page.hpp"

namespace drift::controller {
namespace {

constexpr std::size_t longest_text = 600;
constexpr std::size_t longest_page = std::size_t{16} << 10;
constexpr std::size_t longest_report = std::size_t{64} << 10;

std::string shown(const std::string& text) {
  return printable(text, longest_text);
}

std::string indented(const std::string& text) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (end > begin) result += "  " + text.substr(begin, end - begin);
    result += '\n';
    begin = end + 1;
  }
  return result;
}

std::string object_line(const BlindObject& blind) {
  const auto& [group, kind, ns, name] = blind.object;
  return fmt::format("  {}  {}\n", kube::object_display(shown(kind), shown(ns), shown(name)),
                     blind.severity.empty() ? "severity not known"
                                            : fmt::format("{} ({})", shown(blind.severity), blind.action));
}

std::string marks_sentence(const Comparison& comparison) {
  if (comparison.other_policy) return "the policy isn't the one of the last success";
  if (comparison.other_marks == 0) return {};
  return fmt::format("what the plugin writes differs in {}: the policy was changed, or that was edited",
                     quantity(comparison.other_marks, "object"));
}

std::string blind_json(const BlindObject& blind) {
  JsonObject json;
  json.text_if("group", blind.object.group);
  json.text("kind", blind.object.kind);
  json.text_if("namespace", blind.object.ns);
  json.text("name", blind.object.name);
  json.text_if("severity", blind.severity);
  json.text_if("action", blind.action);
  return json.str();
}

std::string source_json(const SourceComparison& source) {
  api::ReportOptions options;
  options.only_drift = true;
  options.limit = longest_report;
  auto report = api::report_json(source.report, options);
  while (report.ends_with('\n')) report.pop_back();
  JsonObject actions, json;
  for (const auto& [severity, action] : source.actions) actions.text(severity, action);
  json.json("actions", actions.str());
  json.text("cause", api::gate_cause_name(source.decision.cause));
  json.text("decision", gate::step_name(source.decision.step));
  json.text("sync", what_a_sync_does(source.decision));
  json.json("report", std::move(report));
  return json.str();
}

}  // namespace

std::string lines(Time at, const Known& known, const Comparison& comparison) {
  const auto head = fmt::format("{} {}", time_text(at), shown(display(known.summary)));
  std::string text;
  if (!comparison.blind.empty()) {
    text += fmt::format("{} fields aren't known: {}\n", head, shown(comparison.blind));
    for (const auto& object : comparison.objects) text += object_line(object);
    if (comparison.more > 0) text += fmt::format("  and {} more\n", comparison.more);
    return text;
  }
  for (const auto& source : comparison.sources) {
    text += fmt::format("{} compared: a sync {}\n", head, shown(what_a_sync_does(source.decision)));
    report::PageOptions options;
    options.limit = longest_page;
    options.only_drift = true;
    options.actions = &source.actions;
    if (source.report.drifted() || !source.report.has_base)
      text += indented(report::page(source.report, options));
  }
  if (const auto marks = marks_sentence(comparison); !marks.empty())
    text += fmt::format("{} policy: {}\n", head, marks);
  return text;
}

std::string comparison_json(const Comparison& comparison) {
  JsonObject json;
  json.flag("fields", comparison.blind.empty());
  if (!comparison.blind.empty()) {
    json.text("why", comparison.blind);
    json.json("objects", json_list(comparison.objects, blind_json));
    json.number("more", comparison.more);
    return json.str();
  }
  json.flag("otherPolicy", comparison.other_policy);
  json.number("otherMarks", comparison.other_marks);
  json.json("sources", json_list(comparison.sources, source_json));
  return json.str();
}

std::string json_line(Time at, const Known& known, const Comparison& comparison) {
  auto object = known_json(known);
  object.text("time", time_text(at));
  object.text("since", time_text(known.judgement.since));
  object.json("comparison", comparison_json(comparison));
  return object.str() + "\n";
}

}  // namespace drift::controller
