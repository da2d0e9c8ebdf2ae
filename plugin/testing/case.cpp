#include "testing/case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "policy/read/setting.hpp"
#include "yaml/stream.hpp"

namespace drift::testing {
namespace {

using policy::Setting;

struct Named {
  Aspect aspect;
  std::string_view name;
};

constexpr std::array<Named, 10> names{{{Aspect::severity, "severity"},
                                       {Aspect::rule, "rule"},
                                       {Aspect::action, "action"},
                                       {Aspect::approvals, "approvals"},
                                       {Aspect::field, "field"},
                                       {Aspect::sync_wave, "syncWave"},
                                       {Aspect::sync_options, "syncOptions"},
                                       {Aspect::hooks, "hooks"},
                                       {Aspect::sync, "sync"},
                                       {Aspect::error, "error"}}};

std::string_view name_of(Aspect aspect) {
  for (const auto& named : names)
    if (named.aspect == aspect) return named.name;
  return {};
}

bool stands_before(const Place& a, const Place& b) {
  return std::tie(a.line, a.column) < std::tie(b.line, b.column);
}

void sort_by_place(std::vector<Check>& checks) {
  std::stable_sort(checks.begin(), checks.end(),
                   [](const Check& a, const Check& b) { return stands_before(a.place, b.place); });
}

// Adds a check where `parent` has the aspect's setting.
void add(const Setting& parent, const std::string& object, Aspect aspect, std::vector<Check>& checks) {
  const auto setting = parent[name_of(aspect)];
  if (!setting) return;
  const bool list = setting.node().is_sequence();
  checks.push_back(
      {setting.place(), object, aspect, {}, list ? in_words(setting.texts()) : setting.text(), {}});
}

void read_object(const Setting& setting, const std::string& object, std::vector<Check>& checks) {
  for (const auto aspect : {Aspect::severity, Aspect::rule, Aspect::action, Aspect::approvals,
                            Aspect::sync_wave, Aspect::sync_options})
    add(setting, object, aspect, checks);
  for (const auto& [id, severity] : setting["fields"].entries())
    checks.push_back({severity.place(), object, Aspect::field, id, severity.text(), {}});
}

std::vector<Check> read_checks(const Setting& expect) {
  std::vector<Check> checks;
  for (const auto aspect : {Aspect::severity, Aspect::hooks, Aspect::error}) add(expect, {}, aspect, checks);
  for (const auto& [object, setting] : expect["objects"].entries()) read_object(setting, object, checks);
  sort_by_place(checks);
  if (expect["error"] && checks.size() > 1)
    expect["error"].mistake("nothing is rendered then; expected no other expectation beside an error");
  return checks;
}

LiveChange read_change(const Setting& setting, const std::string& object) {
  LiveChange change{setting.place(), object, {}};
  if (const auto patch = setting["patch"]) change.patch = patch.json();
  const auto deleted = setting["deleted"];
  if (deleted && (!deleted.boolean() || !change.patch.empty()))
    deleted.mistake("expected either a patch or `deleted: true`");
  return change;
}

Drift read_drift(const Setting& setting) {
  Drift drift;
  drift.name = setting["name"].text();
  for (const auto& [object, change] : setting["live"].entries())
    drift.changes.push_back(read_change(change, object));
  const auto expect = setting["expect"];
  for (const auto aspect : {Aspect::severity, Aspect::sync, Aspect::approvals})
    add(expect, {}, aspect, drift.checks);
  for (const auto& [object, severity] : expect["objects"].entries())
    drift.checks.push_back({severity.place(), object, Aspect::severity, {}, severity.text(), {}});
  sort_by_place(drift.checks);
  for (auto& check : drift.checks) check.drift = drift.name;
  return drift;
}

std::optional<Case> read_case(yaml::Node root, const policy::Lines& lines, policy::Findings& findings) {
  if (!policy::check_keys(root, findings.mistakes)) return std::nullopt;
  const auto before = findings.mistakes.size();
  policy::Reading reading{policy::validate(root, findings.mistakes, policy::SchemaOf::test), lines, findings};
  if (findings.mistakes.size() > before) return std::nullopt;
  const Setting document(reading, root);
  document["apiVersion"].text();
  document["kind"].text();
  const auto spec = document["spec"], source = spec["source"], application = spec["application"];
  Case read;
  read.place = document.place();
  read.name = document["metadata"]["name"].text();
  if (const auto policies = spec["policies"]) read.policies = policies.text();
  read.path = source["path"].text();
  if (const auto parameters = source["parameters"]) read.parameters = parameters.json();
  read.app_name = application["name"].text();
  read.app_namespace = application["namespace"].text();
  read.checks = read_checks(spec["expect"]);
  for (const auto& drift : spec["drift"].items()) read.drifts.push_back(read_drift(drift));
  if (spec["drift"] && spec["expect"]["error"])
    spec["drift"].mistake("nothing is rendered where an error is expected; expected no drift beside it");
  if (findings.mistakes.size() == before) policy::check_all_read(reading, root);
  if (findings.mistakes.size() > before) return std::nullopt;
  return read;
}

void refuse_equal_names(const std::vector<Case>& cases, policy::Findings& findings) {
  std::set<std::string> seen;
  for (const auto& one : cases)
    if (!seen.insert(one.name).second)
      findings.mistakes.push_back(
          {one.place, fmt::format("a second test called {}; expected another name", one.name)});
}

}  // namespace

std::vector<Case> read_cases(const std::string& name, std::string_view text) {
  policy::Findings findings;
  std::vector<Case> cases;
  const policy::Lines lines(name, text);
  for (const auto& piece : yaml::split(name, text)) {
    const yaml::Document document(name, text, piece.span);
    if (!document.root()) continue;
    if (auto read = read_case(document.root(), lines, findings)) cases.push_back(std::move(*read));
  }
  refuse_equal_names(cases, findings);
  if (cases.empty() && findings.mistakes.empty())
    findings.mistakes.push_back({{name}, "holds no test; expected a DriftPolicyTest"});
  std::stable_sort(findings.mistakes.begin(), findings.mistakes.end(),
                   [](const Finding& a, const Finding& b) { return stands_before(a.place, b.place); });
  if (!findings.mistakes.empty()) throw InputError(findings.mistakes);
  return cases;
}

std::string aspect_name(const Check& check) {
  const std::string name(name_of(check.aspect));
  return check.field.empty() ? name : name + " " + check.field;
}

std::string in_words(const std::vector<std::string>& list) {
  return list.empty() ? "none" : fmt::format("{}", fmt::join(list, ", "));
}

}  // namespace drift::testing
