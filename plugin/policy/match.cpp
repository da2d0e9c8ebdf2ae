#include "policy/match.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/keys.hpp"
#include "base/suggest.hpp"
#include "kube/kinds.hpp"
#include "kube/known_kinds.hpp"

namespace drift::policy {

namespace {

// Sets the explanation where one is wanted, and fails. `text` is a function, so that deciding builds no
// strings.
template <typename Text>
bool fail(std::string* why, Text text) {
  if (why) *why = text();
  return false;
}

std::string list_of(const std::vector<Glob>& globs) {
  std::vector<std::string> texts;
  texts.reserve(globs.size());
  for (const auto& glob : globs) texts.push_back(glob.text);
  return joined(texts);
}

bool matches_any(const std::vector<Glob>& globs, std::string_view value) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(value); });
}

bool one_matches(const std::vector<KindPattern>& patterns, std::string_view group, std::string_view version,
                 std::string_view kind) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const KindPattern& pattern) {
    return pattern.kind.matches(kind) && pattern.group.matches(group) && pattern.version.matches(version);
  });
}

bool kind_matches(const ResourceFilter& filter, std::string_view group, std::string_view version,
                  std::string_view kind) {
  return filter.kinds.empty() || one_matches(filter.kinds, group, version, kind);
}

// No pattern holds for an object without a namespace, `*` neither: a rule that takes namespaces out would take out every
// ClusterRole else. Kyverno's `*` does hold for it (utils/match.CheckNamespace).
bool namespace_matches(const ResourceFilter& filter, std::string_view ns) {
  return filter.namespaces.empty() || (!ns.empty() && matches_any(filter.namespaces, ns));
}

const char* name_of(Operator op) {
  switch (op) {
    case Operator::in:
      return "In";
    case Operator::not_in:
      return "NotIn";
    case Operator::exists:
      return "Exists";
    case Operator::does_not_exist:
      return "DoesNotExist";
  }
  return "";
}

// https://pkg.go.dev/k8s.io/apimachinery/pkg/labels#Requirement.Matches: NotIn also holds where the label is
// missing. A label that is null becomes the empty string in the API server.
bool requirement_holds(const Requirement& requirement, const manifest::Manifest& manifest) {
  const auto label = manifest.labels.find(requirement.key);
  const auto text = label.is_string() ? label.text() : std::string_view();
  const bool listed = label && std::find(requirement.values.begin(), requirement.values.end(), text) !=
                                   requirement.values.end();
  switch (requirement.op) {
    case Operator::in:
      return listed;
    case Operator::not_in:
      return !listed;
    case Operator::exists:
      return static_cast<bool>(label);
    case Operator::does_not_exist:
      return !label;
  }
  return false;
}

std::string requirement_failure(const Requirement& requirement, const manifest::Manifest& manifest) {
  auto label = manifest.labels.find(requirement.key);
  auto found = label.is_string() ? in_quotes(label.text()) : std::string("missing");
  if (requirement.values.empty())
    return fmt::format("label {} is {}, the rule wants {}", requirement.key, found, name_of(requirement.op));
  return fmt::format("label {} is {}, the rule wants {} [{}]", requirement.key, found,
                     name_of(requirement.op), joined(requirement.values));
}

bool selector_holds(const Selector& selector, const manifest::Manifest& manifest, std::string* why) {
  for (const auto& requirement : selector.requirements)
    if (!requirement_holds(requirement, manifest))
      return fail(why, [&] { return requirement_failure(requirement, manifest); });
  return true;
}

bool annotation_found(const std::pair<Glob, Glob>& wanted, const manifest::Manifest& manifest) {
  if (wanted.first.literal) {
    auto value = manifest.annotations.find(wanted.first.text);
    return value.is_string() && wanted.second.matches(value.text());
  }
  for (const auto& [key, value] : manifest.annotations.entries())
    if (value.is_string() && !is_output(key) && wanted.first.matches(key) &&
        wanted.second.matches(value.text()))
      return true;
  return false;
}

// `level`: how far the filter got, so that of several that fail the one that came closest is explained.
bool filter_holds(const ResourceFilter& filter, const Subject& subject, std::string* why, int& level) {
  const auto& manifest = *subject.manifest;
  level = 0;
  if (!kind_matches(filter, manifest.group, manifest.version, manifest.kind))
    return fail(why, [&] {
      std::vector<std::string> texts;
      texts.reserve(filter.kinds.size());
      for (const auto& kind : filter.kinds) texts.push_back(kind.text);
      return fmt::format("kind is {}/{}, the rule wants {}", manifest.api_version, manifest.kind,
                         joined(texts));
    });
  level = 1;
  if (!filter.namespaces.empty() && subject.unsure) return false;
  if (!namespace_matches(filter, subject.ns))
    return fail(why, [&] {
      auto found = subject.ns.empty() ? "none, or not known" : in_quotes(subject.ns);
      return fmt::format("namespace is {}, the rule wants {}", found, list_of(filter.namespaces));
    });
  if (!filter.names.empty() && !matches_any(filter.names, manifest.name))
    return fail(why, [&] {
      return fmt::format("name is {}, the rule wants {}", in_quotes(manifest.name), list_of(filter.names));
    });
  if (filter.selector && !selector_holds(*filter.selector, manifest, why)) return false;
  for (const auto& wanted : filter.annotations)
    if (!annotation_found(wanted, manifest))
      return fail(why, [&] {
        return fmt::format("no annotation {} with value {}", wanted.first.text,
                           in_quotes(wanted.second.text));
      });
  return true;
}

bool any_holds(const std::vector<ResourceFilter>& filters, const Subject& subject, std::string* why) {
  int closest = -1;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    int level = 0;
    std::string reason;
    if (filter_holds(filters[i], subject, why ? &reason : nullptr, level)) {
      if (why) *why = fmt::format("any[{}]", i);
      return true;
    }
    if (why && level > closest) *why = fmt::format("any[{}]: {}", i, reason);
    closest = std::max(closest, level);
  }
  return false;
}

bool all_hold(const std::vector<ResourceFilter>& filters, const Subject& subject, std::string* why) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    int level = 0;
    std::string reason;
    if (!filter_holds(filters[i], subject, why ? &reason : nullptr, level))
      return fail(why, [&] { return fmt::format("all[{}]: {}", i, reason); });
  }
  return true;
}

// An empty block holds for nothing.
bool block_holds(const Match& match, Subject subject, bool exclude, std::string* why) {
  subject.unsure = subject.unsure && exclude;
  if (match.empty()) return false;
  if (!match.any.empty() && !any_holds(match.any, subject, why)) return false;
  if (!all_hold(match.all, subject, why)) return false;
  if (why && match.any.empty()) *why = "all";
  return true;
}

}  // namespace

bool is_cluster_scoped(std::string_view group, std::string_view kind) {
  const auto* known = kube::known_kind(group, kind);
  return known && !known->namespaced;
}

Subject subject_of(const manifest::Manifest& manifest, std::string_view destination_namespace,
                   const kube::KindFacts& platform) {
  if (manifest.group.empty() && manifest.kind == "Namespace") return {&manifest, manifest.name, false};
  const auto scope = kube::scope_of(manifest.group, manifest.kind, platform);
  // A namespace that an author wrote on such an object means nothing, so it must not decide anything either.
  if (scope == kube::Scope::cluster) return {&manifest, {}, false};
  return {&manifest, manifest.ns.empty() ? destination_namespace : manifest.ns,
          scope == kube::Scope::unknown};
}

bool may_match(const Rule& rule, std::string_view group, std::string_view version, std::string_view kind) {
  auto holds = [&](const ResourceFilter& filter) { return kind_matches(filter, group, version, kind); };
  if (rule.match.empty()) return false;
  return (rule.match.any.empty() || std::any_of(rule.match.any.begin(), rule.match.any.end(), holds)) &&
         std::all_of(rule.match.all.begin(), rule.match.all.end(), holds);
}

bool is_kind_of(const std::vector<KindPattern>& patterns, const manifest::Manifest& manifest) {
  return one_matches(patterns, manifest.group, manifest.version, manifest.kind);
}

bool matches(const Rule& rule, const Subject& subject, std::string* why) {
  if (!block_holds(rule.match, subject, false, why)) return false;
  std::string exclusion;
  if (block_holds(rule.exclude, subject, true, why ? &exclusion : nullptr))
    return fail(why, [&] { return fmt::format("excluded by exclude.{}", exclusion); });
  Subject sure = subject;
  sure.unsure = false;
  if (why && subject.unsure && block_holds(rule.exclude, sure, true, nullptr))
    *why += fmt::format(
        "; exclude doesn't count, since nobody knows whether {}.{} has a namespace: the platform can list it "
        "under clusterScoped or namespaced",
        subject.manifest->kind, subject.manifest->group);
  return true;
}

}  // namespace drift::policy
