#include "annotators/severity.hpp"

#include <algorithm>
#include <string_view>

namespace drift::annotators {
namespace {

constexpr std::string_view prefix = "drift-policy.dev/";

// The keys under our prefix that are not among the expected ones.
std::vector<std::string> foreign_keys(const manifest::Node& strings,
                                      std::initializer_list<std::string_view> expected) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : strings.entries())
    if (key.starts_with(prefix) && std::find(expected.begin(), expected.end(), key) == expected.end())
      keys.push_back(key);
  return keys;
}

}  // namespace

Changes severity(const Input& input) {
  using Target = Change::Target;
  Changes changes;
  for_each_object(
      input, [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict& verdict) {
        const auto set = [&](Target target, std::string key, std::optional<std::string> value) {
          changes.changes.push_back({i, target, std::move(key), std::move(value)});
        };
        const std::string& name = input.policies.severities[verdict.severity].name;
        set(Target::annotation, policy::severity_annotation, name);
        set(Target::annotation, policy::rule_annotation, verdict.rule);
        for (auto& key :
             foreign_keys(manifest.annotations, {policy::severity_annotation, policy::rule_annotation}))
          set(Target::annotation, std::move(key), std::nullopt);
        if (verdict.label) set(Target::label, policy::severity_annotation, name);
        const std::string_view label = verdict.label ? policy::severity_annotation : "";
        for (auto& key : foreign_keys(manifest.labels, {label}))
          set(Target::label, std::move(key), std::nullopt);
      });
  return changes;
}

}  // namespace drift::annotators
