#include "annotators/severity.hpp"

#include <algorithm>
#include <string_view>

#include "base/keys.hpp"

namespace drift::annotators {
namespace {

// The keys under our prefix that are not among the expected ones.
std::vector<std::string> foreign_keys(const yaml::Node& strings,
                                      std::initializer_list<std::string_view> expected) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : strings.entries())
    if (key.starts_with(keys::prefix) && std::find(expected.begin(), expected.end(), key) == expected.end())
      keys.push_back(key);
  return keys;
}

}  // namespace

Changes severity(const Input& input) {
  using Target = Change::Target;
  Changes changes;
  for_each_object(input,
                  [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict& verdict) {
                    const auto set = [&](Target target, std::string key, std::optional<std::string> value) {
                      changes.changes.push_back({i, target, std::move(key), std::move(value)});
                    };
                    const std::string& name = input.policies.severities[verdict.severity].name;
                    set(Target::annotation, keys::severity, name);
                    set(Target::annotation, keys::rule, verdict.rule);
                    for (auto& key : foreign_keys(manifest.annotations, {keys::severity, keys::rule}))
                      set(Target::annotation, std::move(key), std::nullopt);
                    if (verdict.label) set(Target::label, keys::severity, name);
                    const std::string_view label = verdict.label ? keys::severity : "";
                    for (auto& key : foreign_keys(manifest.labels, {label}))
                      set(Target::label, std::move(key), std::nullopt);
                  });
  return changes;
}

}  // namespace drift::annotators
