#include "imports/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "imports/kinds.hpp"
#include "imports/severity.hpp"
#include "json/build.hpp"
#include "json/copied.hpp"
#include "json/to_yaml.hpp"
#include "policy/policy.hpp"

namespace drift::imports {
namespace {

// Lowest first, as a policy lists them.
constexpr std::array<std::string_view, 4> severity_names = {"low", "medium", "high", "critical"};
// Of deploy/, for plans, gates and records: in an application's own namespace its authors could touch them.
constexpr std::string_view hooks_namespace = "drift-policy";

std::vector<ImportedSeverity> read_severities(Mapping& root, Told& told, std::vector<UsedChannel>& channels) {
  auto matrix = root.mapping("remediation_matrix");
  std::vector<ImportedSeverity> severities;
  for (const auto name : severity_names)
    if (auto from = matrix.mapping(name)) severities.push_back(read_severity(name, from, told, channels));
  matrix.finish(Unknown::mistake);
  if (severities.empty() && told.mistakes.empty())
    told.mistake(root.node(), "remediation_matrix", "expected one with low, medium, high or critical");
  return severities;
}

// The kinds that the words mean, each once.
std::vector<std::string> read_kinds(std::string_view severity, Mapping& rules, Told& told) {
  std::vector<std::string> kinds;
  for (const auto& [node, word] : rules.texts(severity)) {
    const auto found = kinds_of(word);
    if (found.patterns.empty()) told.said.lose(node, rules.path_of(severity), found.why);
    for (const auto& kind : found.patterns)
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  return kinds;
}

rapidjson::Document rule_for(std::string_view severity, const std::vector<std::string>& kinds) {
  rapidjson::Document filter, rule;
  set(filter, {"resources", "kinds"}, text_list(kinds, filter));
  set(rule, {"name"}, severity);
  rapidjson::Value any(rapidjson::kArrayType);
  any.PushBack(copied(filter, rule), rule.GetAllocator());
  set(rule, {"match", "any"}, std::move(any));
  set(rule, {"severity"}, severity);
  return rule;
}

// The highest first. Which order they have makes no difference: theirs is that the first of critical, high, medium and low counts
// that has a word for an object, ours that the highest counts of all rules that match it.
std::vector<rapidjson::Document> read_rules(Mapping& root, const std::vector<ImportedSeverity>& severities,
                                            Told& told) {
  auto rules = root.mapping("severity_rules");
  std::vector<rapidjson::Document> read;
  std::for_each(std::rbegin(severity_names), std::rend(severity_names), [&](std::string_view name) {
    const auto node = rules.at(name);
    if (!node) return;
    if (std::none_of(severities.begin(), severities.end(), [&](const auto& one) { return one.name == name; }))
      told.mistake(node, rules.path_of(name), "remediation_matrix has no such severity; expected it there");
    if (const auto kinds = read_kinds(name, rules, told); !kinds.empty())
      read.push_back(rule_for(name, kinds));
  });
  rules.finish(Unknown::mistake);
  return read;
}

// Of objects that no rule is about. The file says nothing of them, so a person is asked.
std::string_view default_severity(const std::vector<ImportedSeverity>& severities, Mapping& root,
                                  Told& told) {
  const auto waiting =
      std::find_if(severities.begin(), severities.end(), [](const auto& one) { return one.waits; });
  const auto& chosen = waiting == severities.end() ? severities.back() : *waiting;
  const auto node = root.at("severity_rules");
  told.stricter(node ? node : root.node(), "severity_rules",
                fmt::format("it says nothing of other kinds, so they have {}, {}; change defaultSeverity if "
                            "that is too much",
                            chosen.name,
                            waiting == severities.end() ? "the highest severity"
                                                        : "the lowest severity that waits for a person"));
  return chosen.name;
}

}  // namespace

ImportedPolicy read_policy(const yaml::Node& node, Told& told) {
  Mapping root(node, "", told);
  ImportedPolicy policy;
  const auto severities = read_severities(root, told, policy.channels);
  const auto rules = read_rules(root, severities, told);
  root.finish(Unknown::lost);
  if (severities.empty()) return policy;
  rapidjson::Document json;
  set(json, {"apiVersion"}, policy::api_version);
  set(json, {"kind"}, policy::policy_kind);
  set(json, {"metadata", "name"}, "imported");
  set(json, {"spec", "enforcement"}, "enforce");
  rapidjson::Value list(rapidjson::kArrayType);
  for (const auto& severity : severities) list.PushBack(copied(severity.json, json), json.GetAllocator());
  set(json, {"spec", "severities"}, std::move(list));
  set(json, {"spec", "defaultSeverity"}, default_severity(severities, root, told));
  set(json, {"spec", "hooks", "namespace"}, hooks_namespace);
  told.note(node, "hooks.namespace", fmt::format("is {}, which deploy/ creates", hooks_namespace));
  rapidjson::Value rule_list(rapidjson::kArrayType);
  for (const auto& rule : rules) rule_list.PushBack(copied(rule, json), json.GetAllocator());
  if (!rule_list.Empty()) set(json, {"spec", "rules"}, std::move(rule_list));
  policy.text = block_yaml(json);
  return policy;
}

}  // namespace drift::imports
