#include "testing/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "annotators/hooks/hooks.hpp"
#include "api/names.hpp"
#include "api/plan_json.hpp"
#include "json/build.hpp"
#include "json/to_yaml.hpp"
#include "policy/wave.hpp"
#include "render/object_name.hpp"

namespace drift::testing {
namespace {

using policy::Rank;
using render::Rendered;

constexpr const char* absent = "no such object";

// The highest that an object or a guarded field has.
Rank highest(const Rendered& rendered) {
  Rank rank = 0;
  for (std::size_t i = 0; i < rendered.verdicts.size(); ++i) {
    if (rendered.injected[i]) continue;
    rank = std::max(rank, rendered.verdicts[i].severity);
    for (const auto& field : rendered.verdicts[i].guarded) rank = std::max(rank, field.severity);
  }
  return rank;
}

std::string injected_hooks(const Rendered& rendered) {
  std::vector<std::string> hooks;
  for (const auto hook : api::all_hooks) {
    const auto end = fmt::format("-{}", api::hook_name(hook));
    const auto is_it = [&](const annotators::Addition& addition) {
      return addition.display.starts_with("Job/") && addition.display.ends_with(end);
    };
    if (std::any_of(rendered.additions.begin(), rendered.additions.end(), is_it))
      hooks.emplace_back(api::hook_name(hook));
  }
  return in_words(hooks);
}

std::string field_severity(const Rendered& rendered, const policy::Verdict& verdict, const std::string& key) {
  const auto found = std::find_if(verdict.guarded.begin(), verdict.guarded.end(),
                                  [&](const auto& field) { return field.key == key; });
  return found == verdict.guarded.end() ? "none" : rendered.policies.severities[found->severity].name;
}

std::string actual_of(const Rendered& rendered, std::size_t object, const Check& check) {
  const auto& verdict = rendered.verdicts[object];
  const auto& severity = rendered.policies.severities[verdict.severity];
  switch (check.aspect) {
    case Aspect::severity:
      return severity.name;
    case Aspect::rule:
      return verdict.rule;
    case Aspect::action:
      return std::string(api::action_name(severity.remediation.action));
    case Aspect::approvals:
      return std::to_string(severity.approval.required);
    case Aspect::field:
      return field_severity(rendered, verdict, check.field);
    case Aspect::sync_wave:
      return std::to_string(policy::effective_wave(rendered.manifests->objects()[object], verdict));
    case Aspect::sync_options:
      return in_words(verdict.sync_options);
    default:
      return {};
  }
}

Outcome judge_object(const Check& check, const Rendered& rendered) {
  Outcome outcome{check, absent, {}, false};
  const auto object = find_object(rendered, check.object, outcome.why);
  if (!object) return outcome;
  outcome.actual = actual_of(rendered, *object, check);
  if (check.aspect != Aspect::rule) outcome.why = "by " + rendered.verdicts[*object].rule;
  outcome.passed = outcome.actual == check.expected;
  return outcome;
}

Outcome judge_application(const Check& check, const Rendered& rendered) {
  Outcome outcome{check, "none", {}, false};
  if (check.aspect == Aspect::severity) outcome.actual = rendered.policies.severities[highest(rendered)].name;
  if (check.aspect == Aspect::hooks) outcome.actual = injected_hooks(rendered);
  outcome.passed = check.aspect != Aspect::error && outcome.actual == check.expected;
  return outcome;
}

rapidjson::Value object_of(const Rendered& rendered, const policy::Verdict& verdict,
                           rapidjson::Document& document) {
  const auto& severity = rendered.policies.severities[verdict.severity];
  auto& memory = document.GetAllocator();
  rapidjson::Value object(rapidjson::kObjectType), fields(rapidjson::kObjectType);
  object.AddMember("severity", text_value(severity.name, document), memory);
  object.AddMember("rule", text_value(verdict.rule, document), memory);
  object.AddMember("action", text_value(api::action_name(severity.remediation.action), document), memory);
  for (const auto& field : verdict.guarded)
    fields.AddMember(text_value(field.key, document),
                     text_value(rendered.policies.severities[field.severity].name, document), memory);
  if (!verdict.guarded.empty()) object.AddMember("fields", fields, memory);
  return object;
}

}  // namespace

std::optional<std::size_t> find_object(const Rendered& rendered, const std::string& name, std::string& why) {
  const auto& objects = rendered.manifests->objects();
  // `Deployment/web` is the one without a namespace, even if there is a Deployment/other/web.
  std::vector<std::size_t> shown_so, named_so;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (rendered.injected[i] || !render::is_named(name, objects[i], rendered.policies.kinds)) continue;
    (objects[i].display() == name ? shown_so : named_so).push_back(i);
  }
  const auto& found = shown_so.empty() ? named_so : shown_so;
  if (found.size() == 1) return found.front();
  why = found.empty()
            ? "the rendering has none of this name"
            : fmt::format("there are {} and {}; expected KIND/NAMESPACE/NAME, or a kind with its group",
                          objects[found[0]].display(), objects[found[1]].display());
  return std::nullopt;
}

std::vector<Outcome> judge(const std::vector<Check>& checks, const Rendered& rendered) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(checks.size());
  for (const auto& check : checks)
    outcomes.push_back(check.object.empty() ? judge_application(check, rendered)
                                            : judge_object(check, rendered));
  return outcomes;
}

std::vector<Outcome> judge_failure(const std::vector<Check>& checks, const std::string& message) {
  for (const auto& check : checks)
    if (check.aspect == Aspect::error)
      return {{check, message, {}, message.find(check.expected) != std::string::npos}};
  auto check = checks.front();
  check.object.clear();
  check.aspect = Aspect::error;
  check.field.clear();
  check.expected = "none";
  return {{check, message, {}, false}};
}

std::vector<bool> rules_reached(const std::vector<Check>& checks, const Rendered& rendered) {
  std::vector<bool> reached(rendered.policies.rules.size());
  std::string ignored;
  for (const auto& check : checks) {
    const auto object = check.object.empty() ? std::nullopt : find_object(rendered, check.object, ignored);
    if (!object) continue;
    for (const auto rule : rendered.verdicts[*object].matched) reached[rule] = true;
  }
  return reached;
}

std::string case_of(const Rendered& rendered, const std::string& path) {
  rapidjson::Document document(rapidjson::kObjectType);
  set(document, {"apiVersion"}, policy::api_version);
  set(document, {"kind"}, test_kind);
  set(document, {"metadata", "name"}, rendered.application.name);
  set(document, {"spec", "source", "path"}, path);
  if (!rendered.application.ns.empty())
    set(document, {"spec", "application", "namespace"}, rendered.application.ns);
  set(document, {"spec", "expect", "severity"}, rendered.policies.severities[highest(rendered)].name);
  const auto& objects = rendered.manifests->objects();
  for (std::size_t i = 0; i < objects.size(); ++i)
    if (!rendered.injected[i])
      set(document, {"spec", "expect", "objects", objects[i].display()},
          object_of(rendered, rendered.verdicts[i], document));
  return block_yaml(document);
}

}  // namespace drift::testing
