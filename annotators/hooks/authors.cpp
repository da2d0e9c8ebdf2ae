#include "annotators/hooks/authors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "annotators/hooks/context.hpp"
#include "kube/sync.hpp"
#include "policy/match.hpp"

namespace drift::annotators {
namespace {

using policy::AllowedHooks;

bool allowed(const policy::PolicySet& policies, const manifest::Manifest& manifest,
             bool AllowedHooks::*what) {
  const auto& all = policies.hooks.allow_authors;
  return all && std::any_of(all->begin(), all->end(), [&](const AllowedHooks& one) {
           return one.*what && policy::is_kind_of(one.kinds, manifest);
         });
}

bool has_gate(const Input& input) {
  return make_context(input, input.injected).builtin;
}

// A delete policy in an annotation, in Argo CD's words or in Helm's; Argo CD obeys both.
struct DeletePolicy {
  std::string_view key, failed, default_value;
};
constexpr DeletePolicy delete_words[] = {
    {kube::delete_policy_annotation, "HookFailed", "BeforeHookCreation"},
    {kube::helm_delete_policy_annotation, "hook-failed", "before-hook-creation"}};

}  // namespace

std::optional<Finding> forbidden_hook(const policy::PolicySet& policies, const manifest::Manifest& manifest) {
  if (!kube::phases_of(manifest).sync_fail || allowed(policies, manifest, &AllowedHooks::sync_fail))
    return std::nullopt;
  return Finding{
      manifest.annotations.find(kube::hook_annotation).place(),
      fmt::format("{} is a SyncFail hook, which Argo CD would apply after the gate has refused; expected "
                  "another phase, or a kind that hooks.allowAuthors of the platform's policy names",
                  manifest.display())};
}

std::vector<std::pair<std::size_t, Finding>> forbidden_hooks(const Input& input) {
  std::vector<std::pair<std::size_t, Finding>> found;
  for_each_object(input, [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict&) {
    if (auto finding = forbidden_hook(input.policies, manifest)) found.emplace_back(i, std::move(*finding));
  });
  if (!found.empty() && !has_gate(input)) found.clear();
  return found;
}

Changes delete_policies(const Input& input) {
  Changes changes;
  if (input.policies.enforcement == policy::Enforcement::observe) return changes;
  for_each_object(input, [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict&) {
    if (manifest.hook == manifest::HookKind::none || !kube::phases_of(manifest).any() ||
        allowed(input.policies, manifest, &AllowedHooks::hook_failed))
      return;
    for (const auto& [key, failed, default_value] : delete_words) {
      std::string others;
      bool found = false;
      for (const auto word : kube::words_of(manifest.annotation(key))) {
        if (word == failed)
          found = true;
        else
          others.append(others.empty() ? "" : ",").append(word);
      }
      if (!found) continue;
      changes.changes.push_back({i, Change::Target::annotation, std::string(key),
                                 others.empty() ? std::string(default_value) : std::move(others)});
    }
  });
  if (!changes.changes.empty() && !has_gate(input)) changes.changes.clear();
  return changes;
}

}  // namespace drift::annotators
