#include "policy/decide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "base/keys.hpp"
#include "base/parallel.hpp"
#include "base/suggest.hpp"
#include "policy/autoscale.hpp"
#include "policy/guard.hpp"
#include "policy/match.hpp"

namespace drift::policy {

namespace {

using RuleIndices = std::vector<std::uint32_t>;

std::string kind_key(const manifest::Manifest& manifest) {
  return fmt::format("{}/{}", manifest.api_version, manifest.kind);
}

// The rules that may be about each kind of the rendering, so that a thousand rules cost an object only those.
class RulesByKind {
 public:
  RulesByKind(const PolicySet& set, const manifest::Manifests& manifests) {
    for (const auto& manifest : manifests.objects()) {
      auto [entry, added] = by_kind_.try_emplace(kind_key(manifest));
      if (!added) continue;
      for (std::uint32_t i = 0; i < set.rules.size(); ++i)
        if (may_match(set.rule(i), manifest.group, manifest.version, manifest.kind))
          entry->second.push_back(i);
    }
  }

  const RuleIndices& operator()(const manifest::Manifest& manifest) const {
    return by_kind_.find(kind_key(manifest))->second;
  }

 private:
  std::unordered_map<std::string, RuleIndices> by_kind_;
};

// The severities that matching rules give, apart by who wrote them.
struct Ranks {
  std::optional<Rank> platform, application;
  std::uint32_t platform_rule = 0, application_rule = 0;
  Rank floor = 0;  // the highest of platform rules that aren't overridable
};

Ranks ranks_of(const PolicySet& set, const RuleIndices& matched) {
  Ranks ranks;
  for (auto index : matched) {
    const auto& rule = set.rule(index);
    if (!rule.severity) continue;
    const auto rank = rule.severity->rank;
    const bool application = set.rules[index].application;
    auto& best = application ? ranks.application : ranks.platform;
    auto& best_rule = application ? ranks.application_rule : ranks.platform_rule;
    if (!best || rank > *best) {
      best = rank;
      best_rule = index;
    }
    if (!application && !rule.overridable) ranks.floor = std::max(ranks.floor, rank);
  }
  return ranks;
}

// Raising is always possible, lowering only to the floor.
void decide_severity(const PolicySet& set, const Ranks& ranks, std::optional<Rank> annotation,
                     Verdict& verdict) {
  verdict.platform = ranks.platform.value_or(set.default_severity);
  verdict.platform_rule = ranks.platform ? set.rule_name(ranks.platform_rule) : "default";
  verdict.severity = verdict.platform;
  verdict.rule = verdict.platform_rule;
  verdict.decided_by = ranks.platform ? DecidedBy::rule : DecidedBy::nothing;
  const auto floor = ranks.platform ? ranks.floor : set.default_severity;
  auto apply = [&](Rank wanted, DecidedBy by, const std::string& rule) {
    wanted = std::max(wanted, std::min(floor, verdict.platform));
    if (wanted == verdict.severity || (wanted < verdict.severity && floor >= verdict.platform)) return;
    verdict.severity = wanted;
    verdict.decided_by = by;
    verdict.rule = rule;
  };
  if (ranks.application) apply(*ranks.application, DecidedBy::rule, set.rule_name(ranks.application_rule));
  if (annotation) apply(*annotation, DecidedBy::annotation, "annotation");
  verdict.approval_severity = std::min(verdict.platform, verdict.severity);
}

// Wave, options and label: the first platform rule that sets them.
void decide_settings(const PolicySet& set, const RuleIndices& matched, Verdict& verdict) {
  bool options = false, label = false;
  for (auto index : matched) {
    if (set.rules[index].application) continue;
    const auto& rule = set.rule(index);
    if (!verdict.wave) verdict.wave = rule.sync_wave;
    if (rule.sync_options && !options) {
      options = true;
      verdict.sync_options = *rule.sync_options;
      verdict.sync_options_overridable = rule.overridable;
    }
    if (rule.label && !label) {
      label = true;
      verdict.label = *rule.label;
    }
  }
}

// What one rule says of a field. What the application's policy adds never makes drift worth less than the platform says of the
// whole object, or guarding a field would be a way to lower it.
GuardedCase case_of(const FieldRule& field, bool application, const Verdict& verdict) {
  GuardedCase one{field.when, verdict.severity, verdict.approval_severity};
  if (!field.severity) return one;
  const auto rank = field.severity->rank;
  if (application)
    one.severity = std::max(rank, verdict.severity);
  else
    one.severity = one.approval_severity = rank;
  return one;
}

bool same_when(const std::shared_ptr<const When>& a, const std::shared_ptr<const When>& b) {
  return a == b || (a && b && *a == *b);
}

// What one more rule says of a field that an earlier one has. Under another condition it is a case of its own.
void merge_field(const FieldRule& field, bool application, const Verdict& verdict, MergedFieldRule& known) {
  if (known.health == Health::none) known.health = field.health;
  if (application && !field.severity) return;
  auto one = case_of(field, application, verdict);
  const auto found = std::find_if(known.cases.begin(), known.cases.end(), [&](const GuardedCase& other) {
    return same_when(other.when, field.when);
  });
  if (found == known.cases.end()) return known.cases.push_back(std::move(one));
  if (application) {
    found->severity = std::max(found->severity, field.severity->rank);
    return;
  }
  found->severity = std::max(found->severity, one.severity);
  found->approval_severity = std::max(found->approval_severity, one.approval_severity);
}

// The highest that a difference can count as; one case without a condition is no case.
void sum_up(const Verdict& verdict, MergedFieldRule& merged) {
  auto& cases = merged.cases;
  if (std::all_of(cases.begin(), cases.end(), [](const GuardedCase& one) { return one.when != nullptr; })) {
    merged.severity = verdict.severity;
    merged.approval_severity = verdict.approval_severity;
  }
  for (const auto& one : cases) {
    merged.severity = std::max(merged.severity, one.severity);
    merged.approval_severity = std::max(merged.approval_severity, one.approval_severity);
  }
  if (cases.size() == 1 && !cases.front().when) cases.clear();
}

std::vector<MergedFieldRule> merge_fields(const PolicySet& set, const RuleIndices& matched,
                                          const Verdict& verdict) {
  std::vector<MergedFieldRule> fields;
  for (auto index : matched)
    for (const auto& field : set.rule(index).fields) {
      const bool application = set.rules[index].application;
      auto same_id = [&](const MergedFieldRule& other) { return other.field->id == field.id; };
      if (auto known = std::find_if(fields.begin(), fields.end(), same_id); known != fields.end())
        merge_field(field, application, verdict, *known);
      else
        fields.push_back({&field, 0, 0, field.health, {case_of(field, application, verdict)}});
    }
  for (auto& field : fields) sum_up(verdict, field);
  return fields;
}

class Decider {
 public:
  Decider(const PolicySet& set, const manifest::Manifests& manifests, const DecideContext& context)
      : set_(set),
        manifests_(manifests),
        context_(context),
        by_kind_(set, manifests),
        autoscaled_(manifests, context.destination_namespace) {}

  Verdict operator()(std::size_t object, std::vector<Finding>& mistakes) const {
    const auto& manifest = manifests_.objects()[object];
    const auto subject = subject_of(manifest, context_.destination_namespace, set_.kinds);
    Verdict verdict;
    for (auto index : by_kind_(manifest))
      if (matches(set_.rule(index), subject)) verdict.matched.push_back(index);
    decide_severity(set_, ranks_of(set_, verdict.matched), annotated(manifest, mistakes), verdict);
    decide_settings(set_, verdict.matched, verdict);
    verdict.guarded = guard(manifest, merge_fields(set_, verdict.matched, verdict),
                            autoscaled_.contains(manifest, subject.ns));
    return verdict;
  }

 private:
  std::optional<Rank> annotated(const manifest::Manifest& manifest, std::vector<Finding>& mistakes) const {
    auto node = manifest.annotations.find(keys::severity);
    if (!node) return std::nullopt;
    auto rank = node.is_string() ? set_.rank(node.text()) : std::nullopt;
    if (!rank)
      mistakes.push_back(
          {node.place(), fmt::format("{} is {}, which is no severity{}", keys::severity,
                                     in_quotes(node.text()), set_.suggest_severity(node.text()))});
    return rank;
  }

  const PolicySet& set_;
  const manifest::Manifests& manifests_;
  const DecideContext& context_;
  RulesByKind by_kind_;
  Autoscaled autoscaled_;
};

// Chunks of objects, on as many threads as help. Each object's verdict has its own slot, so the order of
// threads changes nothing.
void decide_all(const Decider& decider, std::vector<Verdict>& verdicts,
                std::vector<std::vector<Finding>>& mistakes) {
  constexpr std::size_t chunk = 64, worth_a_thread = 1000;
  const auto chunks = (verdicts.size() + chunk - 1) / chunk;
  in_parallel(chunks, 1 + verdicts.size() / worth_a_thread, [&](std::size_t n) {
    for (auto i = n * chunk; i < std::min((n + 1) * chunk, verdicts.size()); ++i)
      verdicts[i] = decider(i, mistakes[i]);
  });
}

}  // namespace

std::vector<Verdict> decide(const PolicySet& set, const manifest::Manifests& manifests,
                            const DecideContext& context) {
  std::vector<Verdict> verdicts(manifests.objects().size());
  if (set.none) return verdicts;
  std::vector<std::vector<Finding>> mistakes(verdicts.size());
  decide_all(Decider(set, manifests, context), verdicts, mistakes);
  std::vector<Finding> all;
  for (auto& some : mistakes) all.insert(all.end(), some.begin(), some.end());
  if (!all.empty()) throw InputError(all);
  return verdicts;
}

std::vector<RuleTrace> explain(const PolicySet& set, const manifest::Manifests& manifests, std::size_t object,
                               const DecideContext& context) {
  const auto subject = subject_of(manifests.objects()[object], context.destination_namespace, set.kinds);
  std::vector<RuleTrace> traces;
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    RuleTrace trace{
        set.policies[set.rules[i].policy].name, set.rule(i).name, set.rules[i].application, false, {}};
    trace.matched = matches(set.rule(i), subject, &trace.clause);
    traces.push_back(std::move(trace));
  }
  return traces;
}

std::vector<std::size_t> count_matches(const PolicySet& set, const std::vector<Verdict>& verdicts) {
  std::vector<std::size_t> counts(set.rules.size());
  for (const auto& verdict : verdicts)
    for (auto index : verdict.matched) ++counts[index];
  return counts;
}

std::vector<Finding> unmet_expectations(const PolicySet& set, const std::vector<Verdict>& verdicts) {
  std::vector<Finding> findings;
  const auto counts = count_matches(set, verdicts);
  for (std::size_t i = 0; i < set.rules.size(); ++i) {
    const auto& expected = set.rule(i).expect_matches;
    if (!expected || expected->holds(counts[i])) continue;
    findings.push_back(
        {expected->place, fmt::format("rule {} matched {} object{}, expected {}", set.rule_name(i), counts[i],
                                      counts[i] == 1 ? "" : "s", expected->text)});
  }
  return findings;
}

}  // namespace drift::policy
