#include "policy/read/read.hpp"

#include <fmt/format.h>

#include "base/suggest.hpp"

namespace drift::policy {

namespace {

// A policy folder may hold nothing else: a typing error here would leave a whole policy out in silence.
bool is_policy(yaml::Node root, std::vector<Finding>& mistakes) {
  auto check = [&](const char* key, std::string_view wanted) {
    auto node = root.find(key);
    if (node && node.is_string() && node.text() == wanted) return true;
    mistakes.push_back({node ? node.place() : root.place(),
                        fmt::format("expected a DriftPolicy, with {}: {}{}", key, wanted,
                                    node.is_string() ? ", found " + in_quotes(node.text()) : "")});
    return false;
  };
  if (!root.is_mapping()) {
    mistakes.push_back(
        {root.place(), "expected a DriftPolicy, a mapping with apiVersion, kind, metadata and spec"});
    return false;
  }
  return check("apiVersion", api_version) && check("kind", policy_kind);
}

// Whoever writes the application's repository may add demands, never choose how the platform works.
void check_only_raises(const Setting& spec, std::vector<Finding>& mistakes) {
  auto refuse = [&](const Setting& parent, std::initializer_list<const char*> keys, const char* what) {
    for (const char* key : keys)
      if (parent.node() && parent.node().find(key))
        mistakes.push_back(
            {key_place(parent.node(), key),
             fmt::format("an application's policy can't set {}{}; it may only raise severities and guard "
                         "more fields, with name, match, exclude, severity, fields and expectMatches",
                         what, key)});
  };
  refuse(spec,
         {"enforcement", "allowEmpty", "severities", "defaultSeverity", "hooks", "clusterScoped",
          "namespaced", "plurals"},
         "");
  for (const auto& rule : spec["rules"].items())
    refuse(rule, {"overridable", "syncWave", "syncOptions", "label"}, "a rule's ");
}

}  // namespace

std::optional<Policy> read_policy(yaml::Node root, const Lines& lines, bool application, bool built_in,
                                  Findings& findings) {
  if (!built_in && !(check_keys(root, findings.mistakes) && is_policy(root, findings.mistakes)))
    return std::nullopt;
  const auto before = findings.mistakes.size();
  Reading reading{built_in ? Dropped() : validate(root, findings.mistakes), lines, findings};
  if (reading.dropped.contains(root.index())) return std::nullopt;

  Setting document(reading, root);
  document["apiVersion"].text();
  document["kind"].text();
  Policy policy;
  policy.place = document.place();
  auto metadata = document["metadata"];
  policy.name = metadata["name"].text();
  metadata["labels"].pairs();
  metadata["annotations"].pairs();

  auto spec = document["spec"];
  if (application) check_only_raises(spec, findings.mistakes);
  policy.severities = read_severities(spec["severities"]);
  if (auto listed = spec.node() ? spec.node().find("severities") : yaml::Node())
    policy.severities_known = policy.severities.size() == listed.elements().size();
  if (auto setting = spec["enforcement"])
    policy.enforcement = setting.text() == "observe" ? Enforcement::observe : Enforcement::enforce;
  if (auto setting = spec["allowEmpty"]) policy.allow_empty = setting.boolean();
  policy.default_severity = spec["defaultSeverity"].severity();
  policy.rules = read_rules(spec["rules"]);
  policy.hooks = read_hooks(spec["hooks"]);
  policy.kinds = read_kind_facts(spec);
  if (!built_in && findings.mistakes.size() == before) check_all_read(reading, root);
  return policy;
}

}  // namespace drift::policy
