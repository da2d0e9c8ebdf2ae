#include "policy/policy_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/suggest.hpp"
#include "kube/quantity.hpp"

namespace drift::policy {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

bool same(const Severity& a, const Severity& b) {
  const auto &x = a.remediation, &y = b.remediation;
  return a.name == b.name && x.action == y.action && x.cooldown == y.cooldown &&
         x.max_retries == y.max_retries && x.rollback_on_failure == y.rollback_on_failure &&
         a.approval == b.approval && a.changes == b.changes && a.notify == b.notify;
}

// Of two quantities. One beyond what Kubernetes keeps is the largest that it does.
bool is_more(std::string_view a, std::string_view b) {
  const auto number = [](std::string_view text) {
    return kube::parse_quantity(text).value_or(kube::largest_quantity);
  };
  return number(a) > number(b);
}

// Puts settings of several policies together: who says something first, and whether others say the same.
class Combiner {
 public:
  Combiner(PolicySet& set, std::vector<Finding>& mistakes) : set_(set), mistakes_(mistakes) {}

  void check_names() {
    std::unordered_map<std::string, const Policy*> seen;
    for (const auto& policy : set_.policies) {
      auto [other, added] = seen.emplace(policy.name, &policy);
      if (!added && !policy.name.empty())
        mistakes_.push_back({policy.place, fmt::format("another policy is named \"{}\" too, in {}",
                                                       policy.name, other->second->place.file)});
    }
  }

  void severities(std::size_t platform) {
    const Policy* first = nullptr;
    for (std::size_t i = 0; i < platform; ++i) {
      const auto& policy = set_.policies[i];
      if (policy.severities.empty()) continue;
      if (!first) {
        first = &policy;
        set_.severities = policy.severities;
      } else if (!std::equal(policy.severities.begin(), policy.severities.end(), first->severities.begin(),
                             first->severities.end(), same)) {
        mistakes_.push_back(
            {policy.severities.front().place,
             fmt::format("these severities differ from those of policy \"{}\" ({}); expected the same "
                         "list, or only one",
                         first->name, first->place.file)});
      }
    }
    if (!first) set_.severities = default_severities();
  }

  void settings(std::size_t platform) {
    std::optional<Enforcement> enforcement;
    std::optional<bool> allow_empty;
    std::optional<SeverityRef> default_severity;
    for (std::size_t i = 0; i < platform; ++i) {
      const auto& policy = set_.policies[i];
      take(enforcement, policy.enforcement, policy.place, "enforcement", equal);
      take(allow_empty, policy.allow_empty, policy.place, "allowEmpty", equal);
      take(default_severity, policy.default_severity, policy.place, "defaultSeverity", same_name);
      if (policy.hooks) hooks(*policy.hooks);
      add_kinds(policy.kinds);
    }
    set_.enforcement = enforcement.value_or(Enforcement::enforce);
    set_.allow_empty = allow_empty.value_or(false);
    if (default_severity) set_.default_severity = rank_of(*default_severity);
  }

  // Kubernetes refuses such a pod, so no gate would ever run.
  void resources() {
    const auto limits = with_defaults(set_.hooks.limits, default_limits);
    for (const auto& request : with_defaults(set_.hooks.requests, default_requests)) {
      auto same = [&](const auto& limit) { return limit.first == request.first; };
      auto limit = std::find_if(limits.begin(), limits.end(), same);
      if (limit != limits.end() && is_more(request.second, limit->second))
        mistakes_.push_back(
            {set_.hooks.place,
             fmt::format("the request of {} {} is more than the limit of {}; expected at most that, "
                         "or a higher limit under hooks.resources",
                         request.second, request.first, limit->second)});
    }
  }

  void rules(std::size_t platform) {
    for (std::size_t i = 0; i < set_.policies.size(); ++i) {
      auto& policy = set_.policies[i];
      for (std::size_t j = 0; j < policy.rules.size(); ++j) {
        auto& rule = policy.rules[j];
        set_.rules.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j), i >= platform});
        if (rule.severity) rule.severity->rank = rank_of(*rule.severity);
        for (auto& field : rule.fields)
          if (field.severity) field.severity->rank = rank_of(*field.severity);
      }
    }
  }

  // The lowest severity at which a sync doesn't just go on.
  void hooks_from() {
    for (auto& extra : set_.hooks.extra)
      if (extra.severity_at_least) extra.severity_at_least->rank = rank_of(*extra.severity_at_least);
    if (auto& wanted = set_.hooks.severity_at_least) {
      set_.hooks_from = wanted->rank = rank_of(*wanted);
      check_asked_below(*wanted);
      return;
    }
    auto waits = [](const Severity& severity) {
      return severity.remediation.action != Action::auto_sync || severity.changes;
    };
    auto first = std::find_if(set_.severities.begin(), set_.severities.end(), waits);
    set_.hooks_from = static_cast<Rank>(first - set_.severities.begin());
  }

 private:
  // Without a gate nobody is asked.
  void check_asked_below(const SeverityRef& from) {
    for (Rank rank = 0; rank < from.rank; ++rank)
      if (set_.severities[rank].changes)
        mistakes_.push_back({from.place, fmt::format("severity {0} asks about Git's changes, and its "
                                                     "applications would have no gate; expected {0} "
                                                     "or a lower severity",
                                                     set_.severities[rank].name)});
  }

  static constexpr auto equal = [](const auto& a, const auto& b) { return a == b; };
  static constexpr auto same_name = [](const SeverityRef& a, const SeverityRef& b) {
    return a.name == b.name;
  };

  static constexpr auto same_kind = [](const KindPattern& a, const KindPattern& b) {
    return a.text == b.text;
  };
  static constexpr auto same_hooks = [](const AllowedHooks& a, const AllowedHooks& b) {
    return a.sync_fail == b.sync_fail && a.hook_failed == b.hook_failed &&
           std::equal(a.kinds.begin(), a.kinds.end(), b.kinds.begin(), b.kinds.end(), same_kind);
  };
  static constexpr auto same_lists = [](const auto& a, const auto& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_hooks);
  };

  template <typename T, typename Same>
  void take(std::optional<T>& value, const std::optional<T>& more, const Place& place, const char* what,
            Same is_same) {
    if (!more) return;
    if (!value) {
      value = more;
    } else if (!is_same(*value, *more)) {
      mistakes_.push_back(
          {place, fmt::format("{} is set differently in another policy; expected it in one", what)});
    }
  }

  template <typename List>
  void take_list(List& value, const List& more, const Place& place, const char* what) {
    if (more.empty()) return;
    if (value.empty()) {
      value = more;
    } else if (value != more) {
      mistakes_.push_back(
          {place, fmt::format("{} is set differently in another policy; expected it in one", what)});
    }
  }

  void add_kinds(const kube::KindFacts& more) {
    const auto append = [](auto& list, const auto& others) {
      list.insert(list.end(), others.begin(), others.end());
    };
    append(set_.kinds.cluster_scoped, more.cluster_scoped);
    append(set_.kinds.namespaced, more.namespaced);
    append(set_.kinds.plurals, more.plurals);
  }

  void hooks(const Hooks& more) {
    auto& hooks = set_.hooks;
    if (hooks.place.line == 0) hooks.place = more.place;
    take(hooks.ns, more.ns, more.place, "hooks.namespace", equal);
    take(hooks.image, more.image, more.place, "hooks.image", equal);
    take_list(hooks.image_pull_secrets, more.image_pull_secrets, more.place, "hooks.imagePullSecrets");
    take_list(hooks.requests, more.requests, more.place, "hooks.resources.requests");
    take_list(hooks.limits, more.limits, more.place, "hooks.resources.limits");
    take_list(hooks.labels, more.labels, more.place, "hooks.labels");
    take(hooks.records.keep, more.records.keep, more.place, "hooks.records.keep", equal);
    take(hooks.records.keep_for, more.records.keep_for, more.place, "hooks.records.keepFor", equal);
    take(hooks.severity_at_least, more.severity_at_least, more.place, "hooks.when", same_name);
    take(hooks.allow_authors, more.allow_authors, more.place, "hooks.allowAuthors", same_lists);
    const auto others = hooks.extra.size();  // names that one policy has twice were reported when it was read
    for (const auto& extra : more.extra) {
      auto end = hooks.extra.begin() + static_cast<std::ptrdiff_t>(others);
      if (std::any_of(hooks.extra.begin(), end,
                      [&](const ExtraHook& other) { return other.name == extra.name; }))
        mistakes_.push_back(
            {extra.place, fmt::format("another policy has an extra hook named \"{}\"", extra.name)});
      hooks.extra.push_back(extra);
    }
  }

  Rank rank_of(const SeverityRef& ref) {
    if (auto rank = set_.rank(ref.name)) return *rank;
    const bool known = std::all_of(set_.policies.begin(), set_.policies.end(),
                                   [](const Policy& policy) { return policy.severities_known; });
    if (known)
      mistakes_.push_back({ref.place, fmt::format("severity {} isn't listed{}", in_quotes(ref.name),
                                                  set_.suggest_severity(ref.name))});
    return 0;
  }

  PolicySet& set_;
  std::vector<Finding>& mistakes_;
};

std::vector<Severity> make_default_severities() {
  std::vector<Severity> list(4);
  list[0].name = "low";
  list[0].remediation = {Action::auto_sync, minutes(5), 3, false};
  list[0].notify = {"slack"};
  list[1].name = "medium";
  list[1].remediation = {Action::approve, std::nullopt, 2, false};
  list[1].approval = {1, {}, hours(24), hours(4), true};
  list[1].notify = {"slack", "email"};
  list[2].name = "high";
  list[2].remediation = {Action::restore, std::nullopt, 1, true};
  list[2].notify = {"slack", "email", "pagerduty"};
  list[3].name = "critical";
  list[3].remediation = {Action::stop, std::nullopt, std::nullopt, false};
  list[3].notify = {"pagerduty"};
  return list;
}

}  // namespace

StringPairs with_defaults(StringPairs wanted, const StringPairs& defaults) {
  for (const auto& entry : defaults) {
    const auto same = [&](const auto& other) { return other.first == entry.first; };
    if (std::none_of(wanted.begin(), wanted.end(), same)) wanted.push_back(entry);
  }
  std::sort(wanted.begin(), wanted.end());
  return wanted;
}

const std::vector<Severity>& default_severities() {
  static const std::vector<Severity> list = make_default_severities();
  return list;
}

std::string PolicySet::rule_name(std::size_t index) const {
  return policies[rules[index].policy].name + '/' + rule(index).name;
}

std::optional<Rank> PolicySet::rank(std::string_view severity) const {
  for (Rank i = 0; i < severities.size(); ++i)
    if (severities[i].name == severity) return i;
  return std::nullopt;
}

bool PolicySet::asks_about_removals() const {
  return std::any_of(severities.begin(), severities.end(),
                     [](const Severity& severity) { return severity.changes && severity.changes->removed; });
}

std::string PolicySet::severity_names() const {
  std::vector<std::string> names;
  names.reserve(severities.size());
  for (const auto& severity : severities) names.push_back(severity.name);
  return joined(names);
}

std::string PolicySet::suggest_severity(std::string_view name) const {
  std::vector<std::string> names;
  names.reserve(severities.size());
  for (const auto& severity : severities) names.push_back(severity.name);
  auto hint = did_you_mean(name, names);
  return hint.empty() ? "; expected one of " + joined(names) : hint;
}

PolicySet combine(std::vector<Policy> platform, std::optional<Policy> application,
                  std::vector<Finding>& mistakes) {
  PolicySet set;
  const auto count = platform.size();
  set.policies = std::move(platform);
  if (application) set.policies.push_back(std::move(*application));
  Combiner combiner(set, mistakes);
  combiner.check_names();
  combiner.severities(count);
  combiner.settings(count);
  combiner.resources();
  combiner.rules(count);
  combiner.hooks_from();
  return set;
}

PolicySet no_policy() {
  PolicySet set;
  set.none = true;
  set.severities = default_severities();
  set.hooks_from = set.severities.size();
  return set;
}

}  // namespace drift::policy
