#include "render/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "policy/decide.hpp"
#include "policy/wave.hpp"

namespace drift::render {
namespace {

std::string by_severity(const Rendered& rendered) {
  const auto& severities = rendered.policies.severities;
  std::vector<std::size_t> counts(severities.size());
  for (std::size_t i = 0; i < rendered.verdicts.size(); ++i)
    if (!rendered.injected[i]) ++counts[rendered.verdicts[i].severity];
  std::string text;
  for (std::size_t rank = counts.size(); rank-- > 0;)
    if (counts[rank] > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[rank], severities[rank].name);
  return text;
}

// Hooks have phases of their own; what counts here is what an ordinary sync waits for.
std::size_t count_waves(const Rendered& rendered) {
  std::set<std::int64_t> waves;
  const auto& objects = rendered.manifests->objects();
  for (std::size_t i = 0; i < objects.size(); ++i)
    if (objects[i].hook == manifest::HookKind::none)
      waves.insert(policy::effective_wave(objects[i], rendered.verdicts[i]));
  return waves.size();
}

// `rules that matched nothing: 3 of 5 (rbac, …)`, of policies that somebody wrote. The baseline has rules for far more than one
// application holds.
std::string unmatched_rules(const Rendered& rendered) {
  const auto counts = policy::count_matches(rendered.policies, rendered.verdicts);
  constexpr std::size_t most_names = 8;
  const bool one_policy = rendered.policies.policies.size() == 1;
  std::string names;
  std::size_t unmatched = 0, written = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (rendered.policies.policies[rendered.policies.rules[i].policy].baseline) continue;
    ++written;
    if (counts[i] != 0) continue;
    ++unmatched;
    if (unmatched > most_names) continue;
    auto name = rendered.policies.rule_name(i);
    if (one_policy) name.erase(0, name.find('/') + 1);
    names += (names.empty() ? "" : ", ") + name;
  }
  if (unmatched == 0) return {};
  if (unmatched > most_names) names += ", …";
  return fmt::format("rules that matched nothing: {} of {} ({})\n", unmatched, written, names);
}

// `not inspected by the gate, its plan has no room for them: 2 (Rollout/shop/web, …)`
std::string not_compared(const Rendered& rendered) {
  constexpr std::size_t most_names = 8;
  const auto& objects = rendered.not_compared;
  if (objects.empty()) return {};
  std::string names;
  for (std::size_t i = 0; i < std::min(objects.size(), most_names); ++i)
    names += (i == 0 ? "" : ", ") + printable(rendered.manifests->objects()[objects[i]].display());
  if (objects.size() > most_names) names += ", …";
  return fmt::format("not inspected by the gate, its plan has no room for {}: {} ({})\n",
                     objects.size() == 1 ? "it" : "them", objects.size(), names);
}

}  // namespace

std::string summary(const Rendered& rendered) {
  const auto& objects = rendered.manifests->objects();
  std::size_t ours = 0;
  for (const bool injected : rendered.injected) ours += injected ? 1 : 0;
  std::string text = quantity(objects.size() - ours, "object");
  if (rendered.policies.none) return text + " · no policy\n";
  text += fmt::format(": {} · {} · {}", by_severity(rendered), quantity(count_waves(rendered), "sync wave"),
                      quantity(rendered.additions.size(), "hook resource"));
  if (rendered.policies.enforcement == policy::Enforcement::observe) text += " · observe: nothing waits";
  text += '\n';
  return text + not_compared(rendered) + unmatched_rules(rendered);
}

}  // namespace drift::render
