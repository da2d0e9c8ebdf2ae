#include "render/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "annotators/hooks/authors.hpp"
#include "annotators/hooks/hooks.hpp"
#include "base/colour.hpp"
#include "base/printable.hpp"
#include "base/table.hpp"
#include "json/build.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"
#include "kube/sync.hpp"
#include "policy/condition.hpp"
#include "policy/consequence.hpp"
#include "policy/decide.hpp"

namespace drift::render {
namespace {

std::vector<policy::RuleTrace> rules_for(const Rendered& rendered, std::size_t object) {
  return policy::explain(rendered.policies, *rendered.manifests, object, {rendered.application.ns});
}

const manifest::MetadataChange* change_of(const Rendered& rendered, std::size_t object) {
  const auto found = std::find_if(rendered.changes.begin(), rendered.changes.end(),
                                  [&](const auto& change) { return change.object == object; });
  return found == rendered.changes.end() ? nullptr : &*found;
}

// Why an object may not be the hook that it is, by index.
using RefusedHooks = std::map<std::size_t, std::string>;
RefusedHooks refused_hooks(const Rendered& rendered) {
  RefusedHooks hooks;
  for (auto& [object, finding] : annotators::forbidden_hooks(input_of(rendered)))
    hooks.emplace(object, std::move(finding.message));
  return hooks;
}

// By object, whether the gate's plan has no room for it.
std::vector<bool> not_compared_flags(const Rendered& rendered) {
  std::vector<bool> flags(rendered.manifests->objects().size());
  for (const auto object : annotators::not_compared(input_of(rendered))) flags[object] = true;
  return flags;
}

// A severity, and the one whose demands stay beside it.
using Ranks = std::pair<policy::Rank, policy::Rank>;

// What drift of an object counts as: the object's own, and the fields that count as something else, by that.
struct Outcomes {
  Ranks own;
  std::map<Ranks, std::vector<std::string>> others;
};

// What a field counts as, by its cases.
std::vector<policy::GuardedCase> cases_of(const policy::GuardedField& field) {
  if (!field.cases.empty()) return field.cases;
  return {{nullptr, field.severity, field.approval_severity}};
}

// `type`, `type where the new value is LoadBalancer`
std::string in_which_case(const policy::GuardedField& field, const policy::GuardedCase& one) {
  constexpr std::size_t longest = 300;
  if (!one.when) return field.id;
  return fmt::format("{} where {}", field.id, printable(policy::when_words(*one.when), longest));
}

bool counts_where_gone(const policy::GuardedCase& one) {
  using Kind = policy::FieldValue::Kind;
  return !one.when || policy::holds(*one.when, {Kind::unknown}, {Kind::absent}) != policy::Truth::no;
}

Outcomes outcomes_of(const policy::Verdict& verdict) {
  Outcomes outcomes{{verdict.severity, verdict.approval_severity}, {}};
  Ranks all = outcomes.own;  // what is gone takes every field with it
  for (const auto& field : verdict.guarded)
    for (const auto& one : cases_of(field)) {
      const Ranks ranks{one.severity, one.approval_severity};
      if (counts_where_gone(one))
        all = {std::max(all.first, ranks.first), std::max(all.second, ranks.second)};
      auto& words = outcomes.others[ranks];
      auto which = in_which_case(field, one);
      if (std::find(words.begin(), words.end(), which) == words.end()) words.push_back(std::move(which));
    }
  if (all != outcomes.own) outcomes.others[all].emplace_back("deletion");
  outcomes.others.erase(outcomes.own);
  return outcomes;
}

bool is_hook(const Rendered& rendered, std::size_t object) {
  return kube::is_hook(rendered.manifests->objects()[object]);
}

const std::string& severity_of(const Rendered& rendered, const Ranks& ranks) {
  return rendered.policies.severities[ranks.first].name;
}

std::string consequence_of(const Rendered& rendered, const Ranks& ranks) {
  return policy::consequence(rendered.policies, ranks.first, ranks.second);
}

// `replicas: low, put back by the next sync; image: high, put back with an alert; anything else: medium, 1 approval within 24 h`
std::string what_happens(const Rendered& rendered, std::size_t object) {
  if (is_hook(rendered, object)) return "is a hook: made anew with each sync, so it can't drift";
  const auto outcomes = outcomes_of(rendered.verdicts[object]);
  const auto words = [&](const Ranks& ranks) {
    return fmt::format("{}, {}", severity_of(rendered, ranks), consequence_of(rendered, ranks));
  };
  std::string text;
  for (const auto& [ranks, ids] : outcomes.others)
    text += fmt::format("{}: {}; ", fmt::join(ids, ", "), words(ranks));
  return text + (outcomes.others.empty() ? "any change: " : "anything else: ") + words(outcomes.own);
}

constexpr const char* not_inspected_words =
    ": the gate's plan has no room for it, so drift is seen in guarded fields alone, and the object counts "
    "as its "
    "severity";

// One object of the table: `Deployment/shop/web  medium  1 approval within 24 h  baseline/workloads  replicas low; image, deletion high`
std::vector<std::string> row_of(const Rendered& rendered, std::size_t object) {
  const auto& verdict = rendered.verdicts[object];
  const auto outcomes = outcomes_of(verdict);
  std::string fields;
  if (!is_hook(rendered, object))
    for (const auto& [ranks, ids] : outcomes.others)
      fields += fmt::format("{}{} {}", fields.empty() ? "" : "; ", fmt::join(ids, ", "),
                            severity_of(rendered, ranks));
  return {rendered.manifests->objects()[object].display(), severity_of(rendered, outcomes.own),
          is_hook(rendered, object) ? "made anew with each sync" : consequence_of(rendered, outcomes.own),
          printable(verdict.rule), fields};
}

class Page {
 public:
  Page(const Rendered& rendered, const PageOptions& options)
      : rendered_(rendered),
        refused_(refused_hooks(rendered)),
        not_compared_(not_compared_flags(rendered)),
        colour_(options.colour),
        all_(options.all) {}

  void add(std::size_t object) {
    const auto& manifest = rendered_.manifests->objects()[object];
    const auto& verdict = rendered_.verdicts[object];
    const auto& severities = rendered_.policies.severities;
    const auto place = manifest.place();
    line(in_colour(manifest.display(), bold, colour_) +
         fmt::format("  ({}:{}:{})", printable(place.file), place.line, place.column));
    line("  " + what_happens(rendered_, object));
    line(fmt::format("  severity {}, by {}", severities[verdict.severity].name, verdict.rule));
    if (verdict.approval_severity != verdict.severity)
      line(fmt::format("  the demands of {} stay", severities[verdict.approval_severity].name));
    if (const auto refused = refused_.find(object); refused != refused_.end())
      line("  " + in_colour("refused", red, colour_) + ": " + printable(refused->second));
    if (not_compared_[object]) line("  " + in_colour("not inspected", red, colour_) + not_inspected_words);
    if (all_) add_rest(object);
  }

  std::string text;

 private:
  void add_rest(std::size_t object) {
    line("  rules:");
    for (const auto& trace : rules_for(rendered_, object)) {
      const auto mark = trace.matched ? in_colour("matched", green, colour_) : "no match";
      line(fmt::format("    {}/{}: {}: {}", trace.policy, trace.rule, mark, printable(trace.clause)));
    }
    const auto* change = change_of(rendered_, object);
    if (change == nullptr) return;
    line("  written:");
    add_keys("annotation", change->annotations);
    add_keys("label", change->labels);
  }

  void line(const std::string& words) { text.append(words).append("\n"); }

  void add_keys(const char* what, const manifest::KeyChanges& keys) {
    for (const auto& [key, value] : keys) {
      const auto words = printable(value ? fmt::format("+ {} {}: {}", what, key, *value)
                                         : fmt::format("- {} {}", what, key));
      line("    " + in_colour(words, value ? green : red, colour_));
    }
  }

  const Rendered& rendered_;
  RefusedHooks refused_;
  std::vector<bool> not_compared_;
  bool colour_, all_;
};

rapidjson::Value keys_json(const manifest::KeyChanges& keys, rapidjson::Document& document) {
  rapidjson::Value mapping(rapidjson::kObjectType);
  for (const auto& [key, value] : keys)
    mapping.AddMember(text_value(key, document), value ? text_value(*value, document) : rapidjson::Value(),
                      document.GetAllocator());
  return mapping;
}

rapidjson::Value rules_json(const std::vector<policy::RuleTrace>& rules, rapidjson::Document& document) {
  rapidjson::Value list(rapidjson::kArrayType);
  auto& memory = document.GetAllocator();
  for (const auto& trace : rules) {
    rapidjson::Value rule(rapidjson::kObjectType);
    rule.AddMember("rule", text_value(trace.policy + "/" + trace.rule, document), memory);
    rule.AddMember("matched", trace.matched, memory);
    rule.AddMember("clause", text_value(trace.clause, document), memory);
    list.PushBack(std::move(rule), memory);
  }
  return list;
}

std::string object_json(const Rendered& rendered, std::size_t object, const RefusedHooks& refused,
                        bool is_not_compared) {
  const auto& manifest = rendered.manifests->objects()[object];
  const auto& verdict = rendered.verdicts[object];
  const auto& severities = rendered.policies.severities;
  const auto place = manifest.place();
  rapidjson::Document document(rapidjson::kObjectType);
  set(document, {"apiVersion"}, manifest.api_version);
  set(document, {"kind"}, manifest.kind);
  if (!manifest.ns.empty()) set(document, {"namespace"}, manifest.ns);
  set(document, {"name"}, manifest.name);
  set(document, {"place", "file"}, place.file);
  set(document, {"place", "line"}, rapidjson::Value(std::uint64_t{place.line}));
  set(document, {"place", "column"}, rapidjson::Value(std::uint64_t{place.column}));
  set(document, {"severity"}, severities[verdict.severity].name);
  set(document, {"happens"}, what_happens(rendered, object));
  set(document, {"rule"}, verdict.rule);
  set(document, {"demands"}, severities[verdict.approval_severity].name);
  set(document, {"rules"}, rules_json(rules_for(rendered, object), document));
  if (const auto hook = refused.find(object); hook != refused.end()) set(document, {"refused"}, hook->second);
  if (is_not_compared) set(document, {"notInspected"}, rapidjson::Value(true));
  const auto* change = change_of(rendered, object);
  set(document, {"written", "annotations"},
      keys_json(change ? change->annotations : manifest::KeyChanges{}, document));
  set(document, {"written", "labels"}, keys_json(change ? change->labels : manifest::KeyChanges{}, document));
  return to_json(document);
}

}  // namespace

std::string explanation_page(const Rendered& rendered, const std::vector<std::size_t>& objects,
                             const PageOptions& options) {
  Page page(rendered, options);
  for (const auto object : objects) page.add(object);
  return std::move(page.text);
}

std::string explanation_table(const Rendered& rendered, const std::vector<std::size_t>& objects,
                              bool colour) {
  const auto refused = refused_hooks(rendered);
  const auto left_out = not_compared_flags(rendered);
  std::vector<std::vector<std::string>> rows = {{"OBJECT", "SEVERITY", "WHAT HAPPENS", "RULE", "BUT"}};
  std::string notes;
  for (const auto object : objects) {
    rows.push_back(row_of(rendered, object));
    const auto& name = rows.back().front();
    if (const auto hook = refused.find(object); hook != refused.end())
      notes += fmt::format("{}: {}: {}\n", name, in_colour("refused", red, colour), printable(hook->second));
    if (left_out[object])
      notes += fmt::format("{}: {}{}\n", name, in_colour("not inspected", red, colour), not_inspected_words);
  }
  return table(rows) + notes;
}

std::string explanation_json(const Rendered& rendered, const std::vector<std::size_t>& objects) {
  const auto refused = refused_hooks(rendered);
  const auto left_out = not_compared_flags(rendered);
  return json_lines(
      objects, [&](std::size_t object) { return object_json(rendered, object, refused, left_out[object]); });
}

}  // namespace drift::render
