// One script for each kind: the policy's fields of that kind as tables, then what Kubernetes makes of its fields, then drift.lua, then the kind's built-in check, then
// report.lua. Each is a ConfigMap key of its own, since ConfigMap keys can hold no wildcard.
#include "generate/health.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "base/embedded.hpp"
#include "generate/condition.hpp"
#include "generate/health_facts.hpp"
#include "generate/health_kinds.hpp"
#include "generate/lua.hpp"
#include "json/build.hpp"
#include "json/to_yaml.hpp"

namespace drift::generate {
namespace {
using Kind = std::pair<std::string, std::string>;  // group, kind

// Values of these are always written as digests, or not at all, and Lua can't compare digests.
bool comparable(const Pointer& pointer, const Kind& kind) {
  const auto& tokens = pointer.tokens;
  if (std::find(tokens.begin(), tokens.end(), "env") != tokens.end()) return false;
  if (kind == Kind{"", "Secret"}) return false;
  return kind.second != "ConfigMap" || (tokens[0] != "data" && tokens[0] != "binaryData");
}

const char* status_of(policy::Health health) {
  switch (health) {
    case policy::Health::none:
      return "";
    case policy::Health::progressing:
      return "Progressing";
    case policy::Health::degraded:
      return "Degraded";
    case policy::Health::suspended:
      return "Suspended";
  }
  return "";
}

// A field as a Lua table; empty where nothing of it can be compared. A pointer that can't is left empty, for its number counts.
// `severity`: nullptr: the object's.
std::string field_table(const policy::FieldRule& field, const policy::SeverityRef* severity,
                        const Kind& kind) {
  std::string pointers;
  bool any = false;
  for (const auto& pointer : field.pointers) {
    const bool fits = comparable(pointer, kind);
    any = any || fits;
    pointers += (pointers.empty() ? "" : ", ") + (fits ? lua::list(pointer.tokens) : std::string("false"));
  }
  if (!any) return {};
  std::string text = fmt::format("{{id = {}", lua::literal_of(field.id));
  if (severity) text += fmt::format(", severity = {}", lua::literal_of(severity->name));
  if (field.health != policy::Health::none) text += fmt::format(", health = \"{}\"", status_of(field.health));
  return text + fmt::format(", pointers = {{{}}}}}", pointers);
}

// The field, and where it has a severity on some values alone, the object's beside it: scripts don't look at values, and take the
// higher.
std::string field_tables(const policy::FieldRule& field, const Kind& kind) {
  std::string text;
  const auto add = [&](const policy::SeverityRef* severity) {
    if (const auto table = field_table(field, severity, kind); !table.empty())
      text += fmt::format("    {},\n", table);
  };
  add(field.severity ? &*field.severity : nullptr);
  if (field.severity && field.when) add(nullptr);
  return text;
}

// The rules that guard fields of the kind, as Lua; empty where there are none.
std::string rule_tables(const policy::PolicySet& policies, const Kind& kind) {
  std::string text;
  for (std::size_t i = 0; i < policies.rules.size(); ++i) {
    const auto& rule = policies.rule(i);
    const auto condition = condition_of(rule, kind.first, kind.second);
    if (condition.holds == Condition::Holds::never) continue;
    std::string fields;
    for (const auto& field : rule.fields) fields += field_tables(field, kind);
    if (fields.empty()) continue;
    text += fmt::format("  {{ -- {}\n", policies.rule_name(i));
    if (condition.holds == Condition::Holds::where)
      text += fmt::format("    when = function() return {} end,\n", condition.lua);
    text += fmt::format("    fields = {{\n{}    }},\n  }},\n", fields);
  }
  return text;
}

constexpr std::string_view annotated = R"(
local function annotated(holds)
  for key, value in pairs(obj.metadata.annotations or {}) do
    local ours = string.find(key, "drift%-policy%.dev/") or key == "argocd.argoproj.io/sync-wave" or
        key == "argocd.argoproj.io/sync-options"
    if not ours and holds(key, value) then return true end
  end
  return false
end
)";

// The text without comments, empty lines and indentation, since every script holds it and all together must fit into a ConfigMap.
std::string bare(std::string_view lua) {
  std::string text;
  while (!lua.empty()) {
    const auto line = lua.substr(0, lua.find('\n') + 1);
    lua.remove_prefix(line.size());
    const auto start = line.find_first_not_of(" \n");
    if (start != std::string_view::npos && !line.substr(start).starts_with("--")) text += line.substr(start);
  }
  return text;
}

std::string script(const policy::PolicySet& policies, const Kind& kind, const std::string& rules,
                   std::string_view check) {
  std::string severities;
  for (const auto& severity : policies.severities)
    severities += fmt::format("{}[{}] = {}", severities.empty() ? "" : ", ", lua::literal_of(severity.name),
                              &severity - policies.severities.data() + 1);
  std::string text = "-- Written by `drift-policy generate health`: change the policy, not this.\n";
  text += fmt::format("local severities = {{{}}}\nlocal default_severity = {}\n", severities,
                      lua::literal_of(policies.severities[policies.default_severity].name));
  if (rules.find("annotated(") != std::string::npos) text += annotated;
  text += fmt::format("local rules = {{\n{}}}\n\n", rules);
  text += facts_lua(kind.first, kind.second);
  if (kind == Kind{"apiextensions.k8s.io", "CustomResourceDefinition"})
    text += bare(embedded::drift_schema_lua());
  if (kind == Kind{"", "Endpoints"}) text += bare(embedded::drift_endpoints_lua());
  text += bare(embedded::drift_lua());
  text += check;
  return text + '\n' + std::string(embedded::report_lua());
}

std::string wrapped(const std::string& own) {
  if (own.find_first_not_of(" \t\r\n") == std::string::npos) return std::string(embedded::health_none_lua());
  return fmt::format("-- The platform's own check of this kind.\nlocal function built_in()\n{}\nend\n", own);
}

// Every kind that can get a script, with its check; the platform's own before what is known here.
std::map<Kind, std::string> checks_of(const std::vector<OwnCheck>& own) {
  std::map<Kind, std::string> checks;
  for (const auto& known : health_kinds())
    checks.emplace(Kind{known.group, known.kind}, std::string(known.check()));
  for (const auto& check : own) checks[{check.group, check.kind}] = wrapped(check.lua);
  return checks;
}

bool names(const policy::KindPattern& pattern, const Kind& kind) {
  return pattern.group.matches(kind.first) && pattern.kind.matches(kind.second);
}

// Kinds that a rule guards fields of by name or by wildcard, and of which not all have a check.
void note_missing(const policy::Rule& rule, const std::string& name,
                  const std::map<Kind, std::string>& checks, std::vector<std::string>& notes) {
  for (const auto* filters : {&rule.match.any, &rule.match.all})
    for (const auto& filter : *filters)
      for (const auto& pattern : filter.kinds) {
        // Kubernetes' own groups are all known, others may have kinds of any name.
        const bool literal = pattern.group.literal && pattern.kind.literal;
        const bool known = std::any_of(checks.begin(), checks.end(),
                                       [&](const auto& check) { return names(pattern, check.first); });
        if (known || (literal && pattern.group.text.empty() && pattern.kind.text == "Secret")) continue;
        notes.push_back(
            fmt::format("rule {}: no health script for {}, since Argo CD's own check of {} would be lost; "
                        "--checks gives one",
                        name, pattern.text, literal ? "it" : "such kinds"));
      }
}

}  // namespace

HealthScripts health_scripts(const policy::PolicySet& policies, const std::vector<OwnCheck>& own) {
  const auto checks = checks_of(own);
  HealthScripts result;
  rapidjson::Document map;
  set(map, {"apiVersion"}, "v1");
  set(map, {"kind"}, "ConfigMap");
  set(map, {"metadata", "name"}, "argocd-cm");
  set(map, {"metadata", "namespace"}, "argocd");
  set(map, {"metadata", "labels", "app.kubernetes.io/name"}, "argocd-cm");
  set(map, {"metadata", "labels", "app.kubernetes.io/part-of"}, "argocd");  // else Argo CD doesn't see it
  for (const auto& [kind, check] : checks) {
    const auto rules = rule_tables(policies, kind);
    if (rules.empty()) continue;
    const auto key = kind.first.empty() ? kind.second : kind.first + '_' + kind.second;
    set(map, {"data", "resource.customizations.health." + key}, script(policies, kind, rules, check));
    set(map, {"data", "resource.customizations.useOpenLibs." + key}, "true");
  }
  for (std::size_t i = 0; i < policies.rules.size(); ++i)
    if (!policies.rule(i).fields.empty())
      note_missing(policies.rule(i), policies.rule_name(i), checks, result.notes);
  result.config_map = block_yaml(map);
  return result;
}

}  // namespace drift::generate
